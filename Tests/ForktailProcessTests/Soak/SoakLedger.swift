/// What became of every request of the long run.
struct SoakLedger {
    /// A request without an answer.
    struct Loss: Equatable, CustomStringConvertible {
        let kind: String
        let fault: String
        let port: UInt16
        let began: ContinuousClock.Instant
        let ended: ContinuousClock.Instant
        /// What explains it: the worker that it was in was killed, or crashed by another request.
        var excuse: String?

        var description: String {
            let place = excuse ?? "NO EXCUSE"
            return "lost: \(kind): \(fault) after \(ended - began) (port \(port)): \(place)"
        }
    }

    /// A worker that was killed, and the ports of the clients whose connections it held.
    struct Killing {
        let worker: Int32
        let ports: Set<UInt16>
        let time: ContinuousClock.Instant
    }

    /// Whether the crash of a request also ends those of other clients.
    private let sharesWorkers: Bool
    /// How many answers there were of each kind, such as `plain 200`.
    private(set) var answers: [String: Int] = [:]
    private(set) var losses: [Loss] = []
    /// When a worker was made to crash.
    private var crashes: [ClosedRange<ContinuousClock.Instant>] = []

    init(sharesWorkers: Bool = WorkerKind.chosen != .sync) { self.sharesWorkers = sharesWorkers }

    /// Losses that nothing explains.
    var unexcused: [Loss] { losses.filter { $0.excuse == nil } }

    mutating func add(_ other: SoakLedger) {
        answers.merge(other.answers, uniquingKeysWith: +)
        losses += other.losses
        crashes += other.crashes
    }

    /// Notes the answer of an expected status, or a loss.
    mutating func note(
        _ kind: String,
        of client: Client,
        since began: ContinuousClock.Instant = .now,
        expecting status: Int = 200,
        text: String? = nil,
        _ ask: (Client) throws -> Void = { _ in }
    ) {
        let port = client.port
        do {
            try ask(client)
            let reply = try client.reply()
            let isRight = reply.status == status && (text ?? reply.text) == reply.text
            guard isRight || isToAskAgain(reply) else {
                return lose(kind, "status \(reply.status): \(reply.text)", port, began)
            }
            answers["\(kind) \(reply.status)", default: 0] += 1
            // A part of a second later the worker is gone.
            if reply.status == 500 { crashes.append(began...ContinuousClock.now + .seconds(0.3)) }
        } catch {
            lose(kind, "\(error)", port, began)
        }
    }

    /// Notes something that has no answer.
    mutating func note(_ kind: String) { answers[kind, default: 0] += 1 }

    /// Notes the answers to a number of requests on one connection, or up to one that announces its end.
    ///
    /// A connection that is closed before any byte of an answer is counted apart: the client asks
    /// again on another one.
    mutating func noteKept(on talk: Conversation, _ count: Int) {
        var before: ContinuousClock.Instant?
        for _ in 0..<count {
            let began = ContinuousClock.now
            do {
                try talk.send(Conversation.request("/pid"))
                let reply = try talk.reply()
                guard reply.status == 200 || isToAskAgain(reply) else {
                    return lose("kept", "status \(reply.status)", talk.client.port, began)
                }
                before = began
                answers["kept \(reply.status)", default: 0] += 1
                if reply["Connection"] == "close" { return }
            } catch {
                let isRetried = before != nil && talk.hasNothing
                // Its connection may have ended since the answer before.
                return lose(
                    isRetried ? "kept, to be asked for again" : "kept",
                    "\(error)",
                    talk.client.port,
                    before ?? began
                )
            }
        }
    }

    /// The answer of a worker that the request of another client has crashed.
    private func isToAskAgain(_ reply: Reply) -> Bool {
        sharesWorkers && reply.status == 503 && reply["Retry-After"] == "1"
    }

    mutating func lose(
        _ kind: String,
        _ fault: String,
        _ port: UInt16 = 0,
        _ began: ContinuousClock.Instant = .now
    ) {
        losses.append(Loss(kind: kind, fault: fault, port: port, began: began, ended: .now))
    }

    /// Finds out which losses are explained by the workers that were killed, or that crashed.
    mutating func excuse(_ killings: [Killing]) {
        for index in losses.indices {
            let loss = losses[index]
            let time = loss.began...loss.ended
            // A client whose handshake is cut has no port to tell.
            let killing = killings.first {
                ($0.ports.contains(loss.port) || loss.port == 0 && WorkerKind.chosen == .tls)
                    && time.contains($0.time)
            }
            if let killing {
                losses[index].excuse = "inside worker \(killing.worker), killed by SIGKILL"
            } else if sharesWorkers, crashes.contains(where: time.overlaps) {
                losses[index].excuse = "beside a crash"
            }
        }
    }
}

extension SoakLedger: CustomStringConvertible {
    var description: String {
        let counts = answers.sorted { $0.key < $1.key }.map { "answered: \($0.key): \($0.value)" }
        let total = "\(losses.count) lost, \(unexcused.count) of them without excuse"
        return (counts + losses.map(\.description) + [total]).joined(separator: "\n")
    }
}
