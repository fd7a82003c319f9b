import ForktailHTTP
import ForktailValues

@testable import ForktailConnection

/// A machine with a driver that sends, logs and ends at once, and stops where the test decides.
final class Dialogue {
    /// The body of a request that is read by `bodyWanted`.
    final class Source: BodySource {
        func read(upTo count: Int) throws(BodyError) -> [UInt8] { throw .truncated }
        var trailers: HTTPFields { [:] }
    }

    static let client = RemoteAddress.ipv4(0xc000_0201, port: 4711)

    /// Nothing takes this number of steps at once; a machine that never ends stops here.
    private static let mostSteps = 100

    let workspace: Workspace
    var machine: ConnectionMachine
    var now: Instant
    /// The step that comes next.
    private(set) var step = ConnectionMachine.Step.wait
    /// All that was sent, as text.
    private(set) var sent = ""
    /// What was done, one after the other.
    private(set) var steps: [StepKind] = []
    /// What the access log says of each exchange.
    private(set) var logged: [(status: Int, sentLength: UInt64, receivedLength: Int)] = []
    private(set) var notes: [Note] = []
    /// What the last `send` step has said of what follows.
    private(set) var hasMore = false
    /// How many bytes the socket takes, all in all.
    var room = Int.max
    /// How many bytes of a file are there.
    var fileLength: UInt64 = .max
    /// Whether the client has sent more than was received, when that is asked.
    var hasInput = false

    init(
        mayBlock: Bool = true,
        endsAtOnce: Bool = true,
        security: ConnectionMachine.Security = .none,
        _ adapt: (inout ConnectionRules) -> Void = { _ in }
    ) {
        var rules = ConnectionRules()
        rules.keepalive = .seconds(5)
        adapt(&rules)
        workspace = Workspace(rules, mayBlock: mayBlock, endsAtOnce: endsAtOnce)
        now = Instant(sinceBoot: .seconds(1000))
        machine = ConnectionMachine(peer: Self.client, accepted: now, security: security)
        handle(.opened)
    }

    /// Reports an event, and does what follows at once.
    func handle(_ event: ConnectionMachine.Event) {
        step = machine.handle(event, at: now, in: workspace)
        settle()
    }

    /// Hands in received bytes.
    func receive(_ text: String) { receive(Array(text.utf8)) }

    func receive(_ bytes: [UInt8]) {
        step = machine.receive(bytes.span, at: now, in: workspace)
        settle()
    }

    func respond(_ response: Response, mayKeep: Bool = true) {
        if machine.kind == .handling { machine.exchange?.setResponse(response) }
        handle(.responded(mayKeep: mayKeep))
    }

    /// Lets the time pass.
    func pass(_ time: Duration) { now = now + time }

    /// Passes to the deadline and reports it.
    func expire() {
        if let deadline = machine.deadline(in: workspace) { now = max(now, deadline) }
        handle(.deadline)
    }

    /// Gives a stream its next piece.
    func pull(_ piece: String?, isHalfClosed: Bool = false) {
        handle(.piece(piece.map { Array($0.utf8) }, isHalfClosed: isHalfClosed))
    }

    /// Grants a thread.
    func grant() { handle(.threadGranted(Source())) }

    private func settle() {
        for _ in 0..<Self.mostSteps {
            notes += workspace.takeNotes()
            steps.append(step.kind)
            switch step {
            case .send(let more):
                hasMore = more
                send()
            case .sendFile:
                if let part = machine.exchange?.filePart { sendFile(part.offset, part.count) }
            case .log:
                if let exchange = machine.exchange {
                    logged.append((exchange.status, exchange.sentLength, exchange.receivedLength))
                }
                step = machine.handle(.logged, at: now, in: workspace)
            case .endSending:
                step = machine.handle(.sendingEnded(hasInput: hasInput), at: now, in: workspace)
            case .receive, .handshake, .run, .delegate, .giveBody, .failBody, .pull, .cancel,
                .takeOver, .wait, .close:
                return
            }
        }
    }

    private func send() {
        let part = machine.mapOutput(in: workspace) { span in
            (0..<min(span.count, room)).map { span[$0] }
        }
        sent += String(decoding: part, as: UTF8.self)
        room -= part.count
        step = machine.handle(part.isEmpty ? .blocked : .sent(part.count), at: now, in: workspace)
    }

    private func sendFile(_ offset: UInt64, _ count: UInt64) {
        guard room > 0 else {
            step = machine.handle(.blocked, at: now, in: workspace)
            return
        }
        let count = min(count, offset < fileLength ? fileLength - offset : 0, UInt64(room))
        sent += String(repeating: "f", count: Int(count))
        room -= Int(count)
        step = machine.handle(.fileSent(count), at: now, in: workspace)
    }
}

extension Dialogue {
    /// The exchange whose handler runs.
    var running: Exchange? { step.kind == .run ? machine.exchange : nil }

    /// The body that a handler gets as a whole; nil where it doesn't run.
    var body: String? {
        running.flatMap { try? $0.request?.body.collect(upTo: .max) }.map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// What the handler is given of a body that it reads while it comes; nil where that is nothing.
    var given: String? {
        guard step.kind == .giveBody, let bytes = try? machine.exchange?.takePiece() else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The error that the handler gets from the body.
    var bodyError: BodyError? { step.kind == .failBody ? machine.exchange?.bodyFailure : nil }

    /// The first lines of the responses.
    var statusLines: [String] {
        sent.split(separator: "\r\n").filter { $0.hasPrefix("HTTP/1.1 ") }.map(String.init)
    }
}
