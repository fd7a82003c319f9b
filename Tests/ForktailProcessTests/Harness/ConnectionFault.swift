import Glibc

/// What can happen to a client instead of an answer.
enum ConnectionFault: Error, Hashable {
    case refused
    case reset
    case timeout
    /// The connection ended before the answer did.
    case short
    case other(Int32)

    init(errno: Int32) {
        switch errno {
        case ECONNREFUSED, ENOENT: self = .refused
        case ECONNRESET, EPIPE: self = .reset
        case EAGAIN, EINPROGRESS, ETIMEDOUT: self = .timeout
        default: self = .other(errno)
        }
    }
}
