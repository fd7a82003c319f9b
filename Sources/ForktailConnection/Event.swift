package import ForktailHTTP

extension ConnectionMachine {
    /// What a driver saw, or the result of a step.
    ///
    /// Rare events with much to tell are boxed, so that the others travel in registers.
    package enum Event {
        /// The connection was accepted.
        case opened
        /// The client has begun the handshake of TLS.
        case handshakeBegun
        /// The handshake is complete.
        case secured(SecureConnection)
        /// The handshake has failed, for the reason given.
        indirect case handshakeFailed(String)
        /// The client speaks HTTP where it should speak TLS.
        case spokeHTTP
        /// The client ended its side: a receive call returned zero bytes.
        case ended
        /// A call on the connection failed permanently, for the reason given.
        indirect case failed(String)
        /// The deadline has passed, and the driver has looked for input or room once more.
        case deadline
        /// The driver wants to close an idle connection for another one.
        case evicted
        /// The connection must be given up: the worker stops at once.
        case aborted
        /// The connection gives way to one that waits for its thread.
        case preempted
        /// The socket may have room again, or the connection may continue in a new turn.
        case resumed

        /// The socket took this number of bytes of the output, at least one.
        case sent(Int)
        /// The socket took this number of bytes of the file; zero where the file became shorter.
        case fileSent(UInt64)
        /// The file can't be read, for the reason given.
        indirect case fileFailed(String)
        /// The socket took nothing: it has no room.
        case blocked

        /// The handler returned the response that is set on the exchange; `mayKeep` is false where the
        /// worker wants the connection to end with it.
        case responded(mayKeep: Bool)
        /// The handler let an error of the request's body pass.
        case bodyFailed(BodyError)
        /// The handler exceeded `timeout`; it runs (`isStuck`) or still waits for a thread.
        case handlerTimedOut(isStuck: Bool)
        /// The thread that sends the response exceeded `timeout`, after it had sent so much of it.
        case responseStuck(status: Int, sent: UInt64)
        /// The handler reads the body: at most this number of bytes.
        case bodyWanted(Int)

        /// A thread, or a task, serves the exchange; a body that is still to come is read from `source`.
        indirect case threadGranted(any BodySource)
        /// There is no thread for the exchange, for the reason given.
        indirect case threadRefused(String)

        /// The stream returned a piece, or nil at its end; `isHalfClosed` says whether the client has
        /// ended its side, and is looked at only where the piece is empty.
        case piece([UInt8]?, isHalfClosed: Bool)
        /// The stream threw, for the reason given.
        indirect case streamFailed(String)
        /// The task of the handler, or of the sequence that makes the response, waits.
        case suspended
        /// The task has ended by the error of its cancellation.
        case taskCancelled
        /// The application is done with a connection that it took over, and sent this number of bytes.
        indirect case released(sent: UInt64, Failure?)

        /// The exchange is in the access log.
        case logged
        /// Our side of the connection is ended; `hasInput` says whether there are received bytes that
        /// were not taken yet.
        case sendingEnded(hasInput: Bool)
    }
}
