// What a connection is about and what its driver does next: a value, without I/O and without a clock.
//
// A driver reports what it saw by `receive` and `handle`, and does the one step that they return.
// Deadline, list, and what a crash may do with the connection are derived from the state
// (ConnectionMachine+Derived.swift).
//
// Invariant: each complete valid request gets one response, in order, or a close that RFC 9112
// permits and the log names. A response that is not whole ends by a reset. A closed connection does
// nothing more.

@_spi(inlined) import ForktailHTTP
package import ForktailValues

/// The state of one client's connection.
///
/// It is moved, never copied: two of one connection would answer its requests twice.
package struct ConnectionMachine: ~Copyable {
    ///
    /// Rare states with much to remember are boxed, so that the others travel in registers.
    package enum State {
        /// It waits for a request, of which no byte has come, since the given time.
        case idle(since: Instant)
        /// It waits for the first byte of a client that is to speak TLS; the bytes are those that came
        /// behind a PROXY header.
        case greeting([UInt8])
        /// The handshake of TLS is under way since the given time.
        case handshaking(since: Instant)
        /// It waits for a PROXY header; there is no buffer before its first byte.
        case proxyHeader(RequestBuffer?)
        /// It receives the head of a request.
        case head(RequestBuffer)
        /// It receives the body of a request, which its handler gets as a whole.
        case body(RequestBuffer)
        /// It sends `100 Continue`, of which `sent` bytes are sent, before it receives the body.
        indirect case continuing(Continuation, sent: Int, since: Instant)
        /// The exchange waits for a thread since the given time.
        case queued(Exchange, since: Instant)
        /// The handler runs, or waits for a thread of its own, since the given time.
        case handling(Exchange, since: Instant)
        /// The handler reads the body: it wants `upTo` bytes at most, since the given time.
        indirect case readingBody(Exchange, upTo: Int, since: Instant)
        /// It sends the response.
        case sending(Exchange)
        /// The stream makes the next piece of the response.
        case pulling(Exchange)
        /// The task of the handler, or of the sequence that makes the response, waits for something.
        indirect case suspended(Exchange, Suspension)
        /// The stream had nothing; it is asked again at the given time.
        case paused(Exchange, until: Instant)
        /// The application serves the connection.
        case taken(Exchange)
        /// The exchange is over and must be logged.
        case logging(Exchange, Ending)
        /// It is about to end its side, and is closed afterwards unless the client has sent more.
        case closing
        /// It is about to end its side, and lingers for the given time afterwards.
        case endingSending(linger: Duration)
        /// Its side is ended; what the client still sends is read and dropped.
        indirect case lingering(Linger)
        /// A thread drives the connection; the value that it drives is another one.
        case delegated(Exchange)
        /// It must be closed, or is closed.
        case closed(reset: Bool)
    }

    /// What `100 Continue` asks for.
    package enum Continuation {
        case buffered(RequestBuffer)
        case live(Exchange, upTo: Int)
    }

    /// What follows an exchange.
    package enum Ending {
        /// The next request.
        case keep
        /// A close; in spite of bytes that the client may have sent, only after it had time to read
        /// the response: `mayHaveMore` says that it is known to send more.
        case close(mayHaveMore: Bool)
        /// A reset, because the response is not whole.
        case reset
    }

    /// The end of a connection whose client may still be sending.
    package struct Linger {
        let start: Instant
        let end: Instant
        var lastReceived: Instant
        var received = 0
    }

    package internal(set) var state: State
    /// The other end of the connection.
    let peer: RemoteAddress
    /// The client: the peer, or the one that a PROXY header names.
    package internal(set) var client: RemoteAddress
    /// Whether a PROXY header says that the client speaks TLS.
    var isSecure = false
    /// What protects it.
    package internal(set) var security: Security
    /// When the connection was accepted.
    package let accepted: Instant
    /// How many requests it has made.
    package internal(set) var requests = 0

    /// Makes the state of a connection that was accepted from `peer`; `opened` comes first.
    package init(peer: RemoteAddress, accepted: Instant, security: Security = .none) {
        self.peer = peer
        client = peer
        self.security = security
        self.accepted = accepted
        state = .idle(since: accepted)
    }

    /// Takes in what the driver saw.
    ///
    /// An event that means nothing in the state, such as a late one, changes nothing.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - now: When it happened.
    ///   - workspace: What the connections of the driver share.
    /// - Returns: What to do next.
    package mutating func handle(
        _ event: consuming Event,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        switch consume event {
        case .opened: open(in: workspace)
        case .handshakeBegun: beginHandshake(at: now, in: workspace)
        case .secured(let connection): secure(connection, at: now, in: workspace)
        case .handshakeFailed(let reason): failHandshake(reason, at: now, in: workspace)
        case .spokeHTTP: expectRedirect(at: now, in: workspace)
        case .ended: end(at: now, in: workspace)
        case .failed(let reason):
            breakOff(
                .connection("the connection broke: \(reason)"),
                .truncated,
                at: now,
                in: workspace
            )
        case .deadline: expire(at: now, in: workspace)
        case .evicted: evict(at: now, in: workspace)
        case .aborted: abort(at: now, in: workspace)
        case .preempted: preempt(at: now, in: workspace)
        case .resumed: step(at: now, in: workspace)
        case .sent(let count): sent(count, at: now, in: workspace)
        case .fileSent(let count): fileSent(count, at: now, in: workspace)
        case .fileFailed(let reason): failFile(reason, at: now, in: workspace)
        case .blocked: block(at: now, in: workspace)
        case .responded(let mayKeep): respond(mayKeep: mayKeep, at: now, in: workspace)
        case .bodyFailed(let error): refuseBody(error, at: now, in: workspace)
        case .handlerTimedOut(let isStuck): giveUpHandler(isStuck, at: now, in: workspace)
        case .responseStuck(let status, let sent):
            cutStuck(status, sent, at: now, in: workspace)
        case .bodyWanted(let count): readBody(upTo: count, at: now, in: workspace)
        case .threadGranted(let source): useThread(source, at: now, in: workspace)
        case .threadRefused(let reason): refuseThread(reason, at: now, in: workspace)
        case .piece(let piece, let isHalfClosed):
            take(piece, isHalfClosed: isHalfClosed, at: now, in: workspace)
        case .streamFailed(let reason): failStream(reason, at: now, in: workspace)
        case .suspended: suspend(at: now, in: workspace)
        case .taskCancelled: endCancelled(at: now, in: workspace)
        case .released(let sent, let failure): release(sent, failure, at: now, in: workspace)
        case .logged: finish(at: now, in: workspace)
        case .sendingEnded(let hasInput): closeOrLinger(hasInput, at: now, in: workspace)
        }
    }

    /// What the state asks for, where nothing new has happened.
    mutating func step(at now: Instant, in workspace: Workspace) -> Step {
        switch state {
        case .idle, .proxyHeader, .head, .body, .readingBody, .lingering: .receive
        case .greeting, .handshaking: .handshake
        case .continuing: .send(more: false)
        case .sending(let exchange): continueSending(exchange, at: now, in: workspace)
        case .queued: .delegate
        case .logging: .log
        case .closing, .endingSending: .endSending
        case .handling, .pulling, .suspended, .paused, .taken, .delegated: .wait
        case .closed(let reset): .close(reset: reset)
        }
    }

    private mutating func open(in workspace: Workspace) -> Step {
        guard workspace.rules.proxyParser != nil else {
            guard case .expected = security else { return .receive }
            state = .greeting([])
            return .handshake
        }
        state = .proxyHeader(nil)
        guard workspace.rules.isProxy(client) else {
            return refuse(.untrustedProxy, nil, at: accepted, in: workspace)
        }
        return .receive
    }

    /// Lends the bytes of a `send` step to `body`.
    package func withOutput(in workspace: Workspace, _ body: (Span<UInt8>) -> Void) {
        switch output {
        case .none: break
        case .shared(let start): workspace.output.withSpan { body($0.extracting(start...)) }
        case .own(let bytes, let start): body(bytes.span.extracting(start...))
        }
    }

    private var output: ResponseOutput.Bytes {
        switch state {
        case .sending(let exchange): exchange.output.bytes
        case .continuing(_, let sent, _): .own(Self.continueHead, from: sent)
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body, .queued, .handling,
            .readingBody, .pulling, .suspended, .paused, .taken, .logging, .closing,
            .endingSending, .lingering, .delegated, .closed:
            .none
        }
    }

    /// Asks a client for a body that it holds back: RFC 9110 section 10.1.1.
    static let continueHead = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Hands the connection to a thread.
    ///
    /// - Returns: The value that the thread drives; this one stands for it until `takeBack`.
    package mutating func delegate() -> ConnectionMachine {
        guard case .queued(let exchange, _) = state else {
            preconditionFailure("a connection that needs no thread")
        }
        var delegated = ConnectionMachine(peer: peer, accepted: accepted, security: security)
        delegated.state = state
        delegated.client = client
        delegated.isSecure = isSecure
        delegated.requests = requests
        state = .delegated(exchange)
        return delegated
    }
}
