/// Why a request's body could not be read to its end.
public enum BodyError: Error, Hashable, CustomStringConvertible {
    /// The client closed before the end, RFC 9112 section 8.
    case truncated
    /// The client sent nothing, or too little, for too long; or in class `event` another request
    /// needed the thread.
    case timedOut
    /// The body is larger than the server, or the call, takes.
    case tooLarge
    /// The server stops and can't wait for the rest.
    case stopping
    /// The body is malformed, for the reason given.
    case malformed(reason: String, status: Response.Status)

    /// Makes the error of a fault that a decoder found.
    package init(_ fault: RequestFault) {
        self =
            fault == .bodyTooLarge
            ? .tooLarge : .malformed(reason: fault.description, status: fault.status)
    }

    /// The status of the response where the handler does not catch the error.
    public var status: Response.Status {
        switch self {
        case .truncated: .badRequest
        case .timedOut: .requestTimeout
        case .tooLarge: .contentTooLarge
        case .stopping: .serviceUnavailable
        case .malformed(_, let status): status
        }
    }

    /// What happened, for the log.
    public var description: String {
        switch self {
        case .truncated: "the client closed before the end of the body"
        case .timedOut: "the client sent nothing of the body, or too little, for too long"
        case .tooLarge: "the body is too large"
        case .stopping: "the server stops before the end of the body"
        case .malformed(let reason, _): reason
        }
    }
}
