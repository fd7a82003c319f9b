import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

@testable import ForktailWorker

/// What an intake makes of the bytes of one connection.
struct IntakeOutcome: Equatable {
    /// `METHOD TARGET BODY` of each request, or what else it was, with what came behind it.
    var verdicts: [String] = []
    /// The client in the end.
    var client = ""
}

/// One connection's intake at work, as a worker uses it.
struct IntakeRun {
    private let intake: Intake
    private let connection: EventConnection
    private let now = Instant.now()
    private var isOver = false
    private(set) var verdicts: [String] = []

    init(_ rules: IntakeRules) {
        intake = Intake(rules, at: now)
        connection = EventConnection(
            // No call is made on it.
            FileDescriptor(owning: -1),
            of: .ipv4(0x7f00_0001, port: 9),
            at: now,
            proxied: rules.proxyParser != nil
        )
        intake.begin(for: connection, at: now)
    }

    /// What an intake makes of bytes that come in parts.
    static func outcome(of bytes: [UInt8], cuts: [Int], _ rules: IntakeRules) -> IntakeOutcome {
        var run = IntakeRun(rules)
        var start = 0
        for end in cuts + [bytes.count] {
            run.take(bytes[start..<end])
            start = end
        }
        return IntakeOutcome(verdicts: run.verdicts, client: "\(run.connection.client)")
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        guard !isOver, !bytes.isEmpty else { return }
        bytes.withUnsafeBytes { intake.append($0) }
        while !isOver, intake.hasNews { look() }
    }

    private mutating func look() {
        switch verdict() {
        case .incomplete:
            break
        case .complete(let body):
            verdicts.append(summary(of: body))
            intake.advance(for: connection, at: now)
        case .awaited:
            verdicts.append("awaited \(intake.storage.text(of: \.target))")
        case .large:
            verdicts.append("large \(intake.storage.text(of: \.target))")
            isOver = true
        case .refused(let refusal):
            verdicts.append("refused \(refusal.status?.code ?? 0)")
            isOver = true
        }
    }

    private func verdict() -> Intake.Verdict {
        if connection.awaitsProxyHeader {
            if let verdict = intake.takeProxyHeader(of: connection) { return verdict }
            connection.awaitsProxyHeader = false
            guard intake.hasNews else { return .incomplete }
        }
        return intake.examine(at: now)
    }

    private func summary(of source: BufferedBody?) -> String {
        let storage = intake.storage
        let body = RequestBody(source: source)
        let bytes = (try? body.collect(upTo: .max)) ?? Array("unreadable".utf8)
        let trailers = body.trailers.map { " \($0.name): \($0.value)" }.joined()
        let text = String(decoding: bytes, as: UTF8.self)
        return "\(storage.text(of: \.method)) \(storage.text(of: \.target)) \(text)\(trailers)"
    }
}

extension RequestStorage {
    fileprivate func text(of part: KeyPath<RequestHead, Range<Int>>) -> String {
        String(decoding: bytes[head[keyPath: part]], as: UTF8.self)
    }
}
