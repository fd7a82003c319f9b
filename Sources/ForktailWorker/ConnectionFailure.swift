import ForktailSystem

/// Why a connection can't be used any more.
enum ConnectionFailure: Error {
    /// The client did nothing for too long.
    case timedOut
    /// The connection broke.
    case ended(Errno)
    /// The worker is to leave at once.
    case stopping
}

extension ConnectionFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .timedOut: "the client did nothing for too long"
        case .ended(let error): "the connection broke: \(error)"
        case .stopping: "the worker had to leave"
        }
    }
}
