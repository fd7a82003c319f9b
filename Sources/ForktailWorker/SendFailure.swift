import ForktailHTTP

/// Why a response did not go out whole.
enum SendFailure: Error {
    /// The client's side, or ours, ended.
    case connection(ConnectionFailure)
    /// The application's body broke its promise.
    case body(String)
    /// An application that has taken the connection let its end pass.
    case takenConnection(ByteStreamError)

    /// Whether the client must not take what it got for the whole.
    var cutsAnswer: Bool {
        switch self {
        case .connection, .body: true
        case .takenConnection: false
        }
    }
}
