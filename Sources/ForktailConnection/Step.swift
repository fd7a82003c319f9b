package import ForktailHTTP

extension ConnectionMachine {
    /// What a driver does next, and which events tell the result.
    package enum Step {
        /// Receive what there is and call `receive(_:at:in:)`, or report `ended` or `failed`; where
        /// nothing is there, wait for input.
        case receive
        /// Send `withOutput`, then `sent`, `blocked` or `failed`; `more` says that other bytes follow
        /// at once.
        ///
        /// The output is valid until the next call of the machine or of another one with the same
        /// workspace.
        case send(more: Bool)
        /// Send a part of a file, then `fileSent`, `blocked` or `failed`.
        case sendFile(FileRegion, offset: UInt64, count: UInt64)
        /// Run the handler, then `responded` or `bodyFailed`.
        case run(Exchange)
        /// Give the exchange a thread that may block, then `threadGranted` or `threadRefused`.
        case delegate(Exchange)
        /// Hand these bytes of the body to the handler; none at the end of the body.
        case giveBody([UInt8])
        /// Throw this error into the handler that reads the body.
        case failBody(BodyError)
        /// Ask the stream for its next piece, then `piece` or `streamFailed`.
        case pull(Exchange, next: () throws -> [UInt8]?)
        /// Let the application serve the connection, from these bytes on, then `released`.
        case takeOver(Exchange, early: [UInt8], serve: (ByteStream) throws -> Void)
        /// Write the access log line, then `logged`.
        case log(Exchange)
        /// Find out whether there is input that was not taken, then `inputChecked`.
        case checkInput
        /// End our side of the connection, then `sendingEnded` or `failed`.
        case endSending
        /// Wait for an event or for the deadline.
        case wait
        /// Close the connection; a reset tells the client that the response is not whole.
        case close(reset: Bool)
    }

    /// Why a response did not go out whole.
    package enum Failure: Error, Hashable, Sendable {
        /// The client's side, or ours, ended.
        case connection(String)
        /// The application's body broke its promise.
        case body(String)
        /// The application let the end of a connection that it took over pass.
        case takenConnection(String)
    }
}
