import Glibc

/// The program's own ppoll(2): where `LATE_POLL` is set, each call of the arbiter returns that many
/// milliseconds late.
///
/// The linker prefers it to the one of the C library, so that a test can hold the arbiter up between
/// its wait and all that it does then.
@_cdecl("ppoll")
func latePoll(
    _ entries: UnsafeMutablePointer<pollfd>?,
    _ count: nfds_t,
    _ timeout: UnsafePointer<timespec>?,
    _ mask: UnsafePointer<sigset_t>?
) -> Int32 {
    let result = LatePoll.poll(entries, count, timeout, mask)
    if LatePoll.arbiter == getpid(), let delay = LatePoll.delay {
        let error = errno
        Waiting.sleep(milliseconds: delay)
        errno = error
    }
    return result
}

private enum LatePoll {
    typealias Function =
        @convention(c) (
            UnsafeMutablePointer<pollfd>?, nfds_t, UnsafePointer<timespec>?,
            UnsafePointer<sigset_t>?
        ) -> Int32

    /// The process that called first, which is the arbiter.
    static let arbiter = getpid()

    static let delay = getenv("LATE_POLL").flatMap { Int(String(cString: $0)) }

    /// The C library's own: dlsym(3) with RTLD_NEXT.
    static let poll: Function = {
        // SAFETY: the symbol is a function of this type.
        unsafeBitCast(dlsym(UnsafeMutableRawPointer(bitPattern: -1), "ppoll"), to: Function.self)
    }()
}
