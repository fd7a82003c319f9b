import ForktailHTTP
import ForktailValues

@testable import ForktailConnection

/// A state that a connection can be in, and how it gets there.
enum Situation: String, CaseIterable, Sendable {
    case greeting, handshaking
    case idle, idleAfterRequest, proxyHeader, partOfProxyHeader, head, body
    case continuing, partOfContinue, continuingLive, partOfContinueLive
    case queuedForBody, queuedForStream, queuedInStream
    case handling, handlingLive, readingBody
    case sendingHead, sendingRest, sendingFile, pulling, paused, taken
    case suspended, suspendedLive, suspendedSequence, cancelled
    case loggingKept, loggingClosed, loggingReset
    case closing, endingSending, lingering, delegated, closed, reset

    static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    static let put = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
    static let expectation = "Expect: 100-continue\r\n"
    static let upgrade = "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"

    /// Makes a connection that is in the state.
    func make() -> Dialogue {
        let security: ConnectionMachine.Security = isSecure ? .expected : .none
        let dialogue = Dialogue(mayBlock: mayBlock, security: security) { rules in
            rules.timeout = .seconds(7)
            if case .proxyHeader = self { rules.proxyParser = ProxyHeaderParser() }
            if case .partOfProxyHeader = self { rules.proxyParser = ProxyHeaderParser() }
            rules.isProxy = { _ in true }
            if isLive { rules.bodyBufferSize = 0 }
        }
        enter(dialogue)
        return dialogue
    }

    /// Whether the blocking driver, or a thread, has the connection.
    private var mayBlock: Bool {
        switch self {
        case .queuedForBody, .queuedForStream, .queuedInStream, .handling, .delegated: false
        default: true
        }
    }

    private var isSecure: Bool { self == .greeting || self == .handshaking }

    private var isLive: Bool {
        switch self {
        case .continuingLive, .partOfContinueLive, .queuedForBody, .handlingLive, .readingBody,
            .suspendedLive:
            true
        default: false
        }
    }

    private func enter(_ dialogue: Dialogue) {
        switch self {
        case .idle, .proxyHeader, .greeting: break
        case .handshaking: dialogue.handle(.handshakeBegun)
        case .idleAfterRequest:
            dialogue.pass(.seconds(3))
            dialogue.receive(Self.get)
            dialogue.respond(Response(text: "x"))
        case .partOfProxyHeader: dialogue.receive("PROXY ")
        case .head: dialogue.receive("GET /")
        case .body: dialogue.receive(Self.put + "\r\nab")
        case .continuing, .partOfContinue:
            dialogue.room = self == .continuing ? 0 : 7
            dialogue.receive(Self.put + Self.expectation + "\r\n")
        case .queuedForBody: dialogue.receive(Self.put + "\r\n")
        case .handling: dialogue.receive(Self.get)
        case .suspended, .cancelled:
            dialogue.receive(Self.get)
            dialogue.handle(.suspended)
            if self == .cancelled { dialogue.expire() }
        case .suspendedSequence:
            dialogue.receive(Self.get)
            dialogue.respond(Self.sequence)
            dialogue.handle(.suspended)
        case .handlingLive, .readingBody, .continuingLive, .partOfContinueLive,
            .suspendedLive:
            live(dialogue)
        case .sendingHead, .sendingRest:
            dialogue.room = self == .sendingHead ? 0 : 9
            dialogue.receive(Self.get)
            dialogue.respond(Response(text: "x"))
        case .sendingFile:
            dialogue.receive(Self.get)
            dialogue.room = 200
            dialogue.respond(Self.file(1000))
        case .queuedForStream, .delegated:
            dialogue.receive(Self.get)
            dialogue.respond(Self.stream)
            if self == .delegated { _ = dialogue.machine.delegate() }
        case .pulling, .paused, .queuedInStream, .loggingReset, .reset: stream(dialogue)
        case .taken:
            dialogue.receive(Self.upgrade)
            dialogue.respond(Response(switchingTo: "x") { _ in })
        case .loggingKept, .loggingClosed, .closing, .endingSending: stepwise(dialogue)
        case .lingering:
            dialogue.receive("nonsense\r\n\r\n")
        case .closed: dialogue.handle(.ended)
        }
    }

    private func live(_ dialogue: Dialogue) {
        let expects = self == .continuingLive || self == .partOfContinueLive
        dialogue.receive(Self.put + (expects ? Self.expectation : "") + "\r\n")
        dialogue.grant()
        dialogue.room = self == .partOfContinueLive ? 7 : 0
        if self == .suspendedLive { return dialogue.handle(.suspended) }
        if self != .handlingLive { dialogue.handle(.bodyWanted(100)) }
    }

    private func stream(_ dialogue: Dialogue) {
        dialogue.receive(Self.get)
        dialogue.respond(Self.stream)
        switch self {
        case .paused: dialogue.pull("")
        case .queuedInStream:
            dialogue.grant()
            dialogue.pull("")
            dialogue.expire()
        case .loggingReset:
            _ = dialogue.machine.handle(
                .streamFailed("x"),
                at: dialogue.now,
                in: dialogue.workspace
            )
        case .reset: dialogue.handle(.streamFailed("x"))
        default: break
        }
    }

    /// Goes through the end of an exchange event by event, which the driver would do at once.
    private func stepwise(_ dialogue: Dialogue) {
        let keeps = self == .loggingKept
        let next = self == .endingSending ? "next" : ""
        dialogue.receive(keeps ? Self.get : "GET / HTTP/1.0\r\n\r\n" + next)
        let (now, workspace) = (dialogue.now, dialogue.workspace)
        dialogue.machine.exchange?.setResponse(Response(text: "x"))
        _ = dialogue.machine.handle(.responded(mayKeep: true), at: now, in: workspace)
        let count = dialogue.machine.mapOutput(in: workspace) { $0.count }
        _ = dialogue.machine.handle(.sent(count), at: now, in: workspace)
        guard self == .closing || self == .endingSending else { return }
        _ = dialogue.machine.handle(.logged, at: now, in: workspace)
    }

    static var sequence: Response {
        let (stream, _) = AsyncStream<[UInt8]>.makeStream()
        return Response(contentType: "text/plain", sequence: stream)
    }

    static var stream: Response { Response(contentType: "text/plain") { nil } }

    static func file(_ length: UInt64) -> Response {
        let region = FileRegion(
            descriptor: -1,
            owner: Dialogue.Source(),
            offset: 0,
            length: length
        )
        return Response(file: region, contentType: "text/plain")
    }
}
