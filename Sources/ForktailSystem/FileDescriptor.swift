import CForktail
import Glibc

/// An open file, pipe or socket, closed when its owner lets go of it.
///
/// Every descriptor that this module makes is close-on-exec from birth.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The number by which the kernel knows it, for as long as this value lives.
    package let rawValue: CInt

    /// Takes ownership of an open descriptor.
    package init(owning rawValue: CInt) {
        self.rawValue = rawValue
    }

    deinit {
        // A negative number stands for no descriptor.
        guard rawValue >= 0 else { return }
        let result = Glibc.close(rawValue)
        if result != 0, errno == EBADF { trapAtClosedDescriptor() }
    }

    /// Takes ownership of a descriptor that the environment of the process names.
    ///
    /// - Throws: `.badDescriptor` where it is not open.
    package static func inherited(_ number: CInt) throws(Errno) -> FileDescriptor {
        guard fcntl(number, F_GETFD) != -1 else { throw .badDescriptor }
        return FileDescriptor(owning: number)
    }

    /// Another descriptor for a standard stream of the process.
    ///
    /// - Throws: `.badDescriptor` where it is not open for writing.
    package static func standardStream(_ number: CInt) throws(Errno) -> FileDescriptor {
        let flags = fcntl(number, F_GETFL)
        guard flags != -1, flags & O_ACCMODE != O_RDONLY else { throw .badDescriptor }
        return try duplicating(number)
    }

    /// Gives up ownership without closing.
    package consuming func release() -> CInt {
        let number = rawValue
        discard self
        return number
    }

    /// Reads what is there, zero bytes at end-of-file: read(2).
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        try checkUninterrupted { Glibc.read(rawValue, buffer.baseAddress, buffer.count) }
    }

    /// Writes what can be written at once: write(2).
    package func write(_ buffer: UnsafeRawBufferPointer) throws(Errno) -> Int {
        try checkUninterrupted { Glibc.write(rawValue, buffer.baseAddress, buffer.count) }
    }

    /// Adds to the counter of an eventfd(2).
    package func add(_ count: UInt64) throws(Errno) {
        var count = count
        try checkUninterrupted { Glibc.write(rawValue, &count, MemoryLayout<UInt64>.size) }
    }

    /// Sets the counter of an eventfd(2) to zero.
    package func reset() throws(Errno) {
        var count: UInt64 = 0
        try checkUninterrupted { Glibc.read(rawValue, &count, MemoryLayout<UInt64>.size) }
    }

    /// Writes one byte.
    package func write(byte: UInt8) throws(Errno) {
        var byte = byte
        try checkUninterrupted { Glibc.write(rawValue, &byte, 1) }
    }

    /// Writes all of a text, however many calls it takes.
    package func writeAll(_ text: String) throws(Errno) {
        try text.utf8.span.bytes.withUnsafeBytes { (bytes) throws(Errno) in try writeAll(bytes) }
    }

    /// Writes all bytes, however many calls it takes.
    package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = UnsafeRawBufferPointer(rebasing: rest)
            let written = try checkUninterrupted {
                Glibc.write(rawValue, chunk.baseAddress, chunk.count)
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Another descriptor for the same open file: fcntl(2) F_DUPFD_CLOEXEC.
    package func duplicate() throws(Errno) -> FileDescriptor {
        try FileDescriptor.duplicating(rawValue)
    }

    /// Another descriptor for the open file of one that has another owner.
    package static func duplicating(_ number: CInt) throws(Errno) -> FileDescriptor {
        FileDescriptor(owning: try check { fcntl(number, F_DUPFD_CLOEXEC, 3) })
    }

    /// A descriptor that only reads the file of one that has another owner: /proc/self/fd in proc(5).
    package static func reading(_ number: CInt) throws(Errno) -> FileDescriptor {
        let path = "/proc/self/fd/\(number)"
        return FileDescriptor(owning: try check { Glibc.open(path, O_RDONLY | O_CLOEXEC) })
    }

    /// Opens /dev/null in the place of each standard stream that is closed.
    ///
    /// Otherwise a socket would get its number, and output for the stream would go to a client.
    package static func openStandardStreams() {
        for number in CInt(0)...2 where fcntl(number, F_GETFD) == -1 {
            // The lowest free number is this one. Without /dev/null there is nothing to be done.
            _ = Glibc.open("/dev/null", O_RDWR)
        }
    }

    /// Makes this number stand for the open file of another descriptor: dup3(2).
    package func replace(with other: borrowing FileDescriptor) throws(Errno) {
        try checkUninterrupted { forktail_dup3(other.rawValue, rawValue, O_CLOEXEC) }
    }

    /// Whether calls on this open file return EAGAIN instead of waiting: fcntl(2) O_NONBLOCK.
    ///
    /// It belongs to the open file: every process that has inherited it is affected.
    package func setNonBlocking(_ wanted: Bool) throws(Errno) {
        let flags = try check { fcntl(rawValue, F_GETFL) }
        let changed = wanted ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
        if changed != flags {
            try check { fcntl(rawValue, F_SETFL, changed) }
        }
    }

    /// Lets the descriptor live through exec(3), or not.
    package func setCloseOnExec(_ wanted: Bool) throws(Errno) {
        try FileDescriptor.setCloseOnExec(wanted, of: rawValue)
    }

    /// The same for a descriptor that has another owner.
    package static func setCloseOnExec(_ wanted: Bool, of number: CInt) throws(Errno) {
        try check { fcntl(number, F_SETFD, wanted ? FD_CLOEXEC : 0) }
    }
}

extension FileDescriptor {
    /// Closes a descriptor in a child of fork(2) that never returns to the code that owns it.
    package static func closeForChild(_ number: CInt) {
        close(number)
    }
}
