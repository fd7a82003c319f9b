import CForktail
import Glibc

// Writing that never waits for a reader.
extension FileDescriptor {
    /// Opens the same pipe or terminal once more, with O_NONBLOCK: proc_pid_fd(5).
    ///
    /// The flag belongs to the new open file description only, so that other processes which write to
    /// the same pipe or terminal aren't affected.
    ///
    /// - Throws: `.noDevice` for a socket and for a pipe without a reader, `.permissionDenied` where
    ///   another user owns the pipe or the terminal, `.noEntry` without /proc.
    package func reopenedWithoutBlocking() throws(Errno) -> FileDescriptor {
        let flags = O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let path = "/proc/self/fd/\(rawValue)"
        return FileDescriptor(owning: try checkUninterrupted { Glibc.open(path, flags) })
    }

    /// Makes a standard stream of this process stand for this open file, also across exec(3): dup3(2).
    package func replaceStandardStream(_ number: CInt) throws(Errno) {
        try checkUninterrupted { forktail_dup3(rawValue, number, 0) }
    }

    /// Whether calls on this open file return EAGAIN instead of waiting: fcntl(2) O_NONBLOCK.
    package func isNonBlocking() throws(Errno) -> Bool {
        try check { fcntl(rawValue, F_GETFL) } & O_NONBLOCK != 0
    }

    /// Sends what the socket takes at once: send(2) with MSG_DONTWAIT.
    ///
    /// - Throws: `.wouldBlock` when it takes nothing.
    package func sendWithoutWaiting(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
        let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
        return try checkUninterrupted {
            Glibc.send(rawValue, bytes.baseAddress, bytes.count, flags)
        }
    }

    /// Writes what a pipe or a terminal takes at once, although its open file may block.
    ///
    /// Where the kernel has no RWF_NOWAIT for it, a write follows that ppoll(2) has allowed. A pipe
    /// with room takes PIPE_BUF bytes then; the call waits only if another process has filled the
    /// pipe in between.
    ///
    /// - Throws: `.wouldBlock` when it takes nothing.
    package func writeWithoutWaiting(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
        do throws(Errno) {
            return try checkUninterrupted {
                forktail_write_without_waiting(rawValue, bytes.baseAddress, bytes.count)
            }
        } catch  where [.notSupported, .noSystemCall].contains(error) {
            guard try Poll.writable(rawValue, timeout: .zero) else { throw .wouldBlock }
            return try write(bytes)
        }
    }
}

extension Pipe {
    /// How many bytes a pipe takes as a whole or not at all: PIPE_BUF of pipe(7).
    package static let atomicSize = Int(PIPE_BUF)
}
