import CForktail
import Glibc

/// The reason for which a system call failed: errno(3).
package struct Errno: Error, Hashable, Sendable {
    /// The value of errno.
    package let rawValue: CInt

    /// Makes an error of a value that errno had.
    package init(rawValue: CInt) {
        self.rawValue = rawValue
    }

    /// The reason for which the last call failed.
    ///
    /// EBADF and EFAULT are bugs of forktail, and trap: after a double close or a use after free, the
    /// next call could hit another connection.
    static var current: Errno {
        let error = Errno(rawValue: errno)
        if error == .badDescriptor { trapAtClosedDescriptor() }
        precondition(error.rawValue != EFAULT, "a call on memory that is not there: EFAULT")
        return error
    }

    package static let noEntry = Errno(rawValue: ENOENT)
    package static let exists = Errno(rawValue: EEXIST)
    package static let interrupted = Errno(rawValue: EINTR)
    package static let noDevice = Errno(rawValue: ENXIO)
    package static let noExecutableFormat = Errno(rawValue: ENOEXEC)
    package static let noProcess = Errno(rawValue: ESRCH)
    package static let wouldBlock = Errno(rawValue: EAGAIN)
    package static let permissionDenied = Errno(rawValue: EACCES)
    package static let notPermitted = Errno(rawValue: EPERM)
    package static let isDirectory = Errno(rawValue: EISDIR)
    package static let notDirectory = Errno(rawValue: ENOTDIR)
    package static let symbolicLinkLoop = Errno(rawValue: ELOOP)
    package static let crossesBoundary = Errno(rawValue: EXDEV)
    package static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
    package static let invalidArgument = Errno(rawValue: EINVAL)
    package static let badDescriptor = Errno(rawValue: EBADF)
    package static let processFileLimit = Errno(rawValue: EMFILE)
    package static let systemFileLimit = Errno(rawValue: ENFILE)
    package static let noBuffers = Errno(rawValue: ENOBUFS)
    package static let tooManyReferences = Errno(rawValue: ETOOMANYREFS)
    package static let noSpace = Errno(rawValue: ENOSPC)
    package static let noMemory = Errno(rawValue: ENOMEM)
    package static let brokenPipe = Errno(rawValue: EPIPE)
    package static let fileTooLarge = Errno(rawValue: EFBIG)
    package static let connectionReset = Errno(rawValue: ECONNRESET)
    package static let connectionRefused = Errno(rawValue: ECONNREFUSED)
    package static let addressNotAvailable = Errno(rawValue: EADDRNOTAVAIL)
    package static let addressInUse = Errno(rawValue: EADDRINUSE)
    package static let notSupported = Errno(rawValue: EOPNOTSUPP)
    package static let noSystemCall = Errno(rawValue: ENOSYS)
    package static let notSocket = Errno(rawValue: ENOTSOCK)

    /// What the peer sent breaks a protocol.
    package static let protocolError = Errno(rawValue: EPROTO)

    /// Whether the process or the machine has run out of a resource for a while.
    package var isShortage: Bool {
        [.processFileLimit, .systemFileLimit, .noBuffers, .noMemory].contains(self)
    }

    /// How to get more of what a fork, a thread or a descriptor needs, to follow the reason in a
    /// message; empty where the reason is no limit: fork(2), pthread_create(3).
    package var limitAdvice: String { Self.limitAdvice[self].map { " (\($0))" } ?? "" }

    private static let limitAdvice: [Errno: String] = [
        .processFileLimit: "raise the limit of open files: ulimit -n, LimitNOFILE= of systemd",
        .systemFileLimit: "raise the machine's limit of open files: fs.file-max",
        .wouldBlock:
            "raise the limit of processes and threads, ulimit -u or TasksMax= of systemd, or that of "
            + "memory",
        .fileTooLarge: "raise the limit of a file's size: ulimit -f, LimitFSIZE= of systemd",
        .noMemory: "free memory, or raise its limit: ulimit -v, MemoryMax= of systemd",
    ]
}

/// Traps where a descriptor that this process owns is not open, and lets the crash handler tell why.
func trapAtClosedDescriptor() -> Never {
    forktail_crash_note_closed_descriptor()
    preconditionFailure("a call on a descriptor that is not open: EBADF")
}

extension Errno: CustomStringConvertible {
    /// The system's words for it: strerror(3).
    package var description: String {
        guard let text = strerror(rawValue) else { return "error \(rawValue)" }
        return String(cString: text)
    }
}

/// The result of a call that answers -1 for a failure.
@discardableResult
func check<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
    let result = call()
    guard result != -1 else { throw Errno.current }
    return result
}

/// The same, called again for as long as a signal interrupts it.
///
/// This is the only place that repeats a call after EINTR. Calls that a signal is meant to end
/// (accept, recv, send, ppoll) use `check`.
@discardableResult
func checkUninterrupted<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
    while true {
        do throws(Errno) {
            return try check(call)
        } catch .interrupted {
            continue
        }
    }
}
