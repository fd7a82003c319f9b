extension ConnectionMachine {
    /// What a driver does next, and which events tell the result; the exchange is `exchange`.
    package enum Step {
        /// Receive what there is and call `receive(_:at:in:)`, or report `ended` or `failed`; where
        /// nothing is there, wait for input.
        case receive
        /// Continue the handshake of TLS with `takeEarlyBytes`, then `handshakeBegun`, `secured`,
        /// `handshakeFailed`, `spokeHTTP`, `ended` or `failed`; where nothing is there, wait for input.
        case handshake
        /// Send `withOutput`, then `sent`, `blocked` or `failed`; `more` says that other bytes, or the
        /// end of our side, follow at once, so that one packet can carry both.
        ///
        /// The output is valid until the next call of the machine or of another one with the same
        /// workspace.
        case send(more: Bool)
        /// Send `filePart` of the exchange, then `fileSent`, `blocked` or `failed`.
        case sendFile
        /// Run the handler, set its response on the exchange, then `responded`; or `bodyFailed`, or
        /// `suspended` where its task waits.
        case run
        /// Give the exchange a thread that may block, then `threadGranted` or `threadRefused`.
        case delegate
        /// Hand `takePiece` of the exchange to the handler that reads the body; none at its end.
        case giveBody
        /// Throw the error of `takePiece` into the handler that reads the body.
        case failBody
        /// Ask the stream for its next piece by `nextPiece` of the exchange, then `piece` or
        /// `streamFailed`, or `suspended` where its task waits.
        case pull
        /// Cancel the task that is suspended, and wait for its end.
        case cancel
        /// Let the application serve the connection by `takeOver` of the exchange, then `released`.
        case takeOver
        /// Write the access log line, then `logged`.
        case log
        /// End our side of the connection, then `sendingEnded` or `failed`.
        case endSending
        /// Wait for an event or for the deadline.
        case wait
        /// Close the connection; a reset tells the client that the response is not whole.
        case close(reset: Bool)
    }

    /// Why a response did not go out whole.
    package enum Failure: Error, Hashable, Sendable {
        /// The client's side of the connection ended.
        case connection(String)
        /// The worker gives the connection up.
        case worker(String)
        /// The application's body broke its promise.
        case body(String)
        /// The application let the end of a connection that it took over pass.
        case takenConnection(String)

        /// The reason alone.
        var reason: String {
            switch self {
            case .connection(let reason), .worker(let reason), .body(let reason),
                .takenConnection(let reason):
                reason
            }
        }
    }
}
