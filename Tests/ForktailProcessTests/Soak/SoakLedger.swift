/// What became of every request of the long run.
struct SoakLedger {
    /// A request without an answer.
    struct Loss: Equatable, CustomStringConvertible {
        let kind: String
        let fault: String
        let port: UInt16
        let began: ContinuousClock.Instant
        let ended: ContinuousClock.Instant
        /// The killed worker that it was in.
        var worker: Int32?

        var description: String {
            let place = worker.map { "inside worker \($0), killed by SIGKILL" } ?? "NO EXCUSE"
            return "lost: \(kind): \(fault) after \(ended - began) (port \(port)): \(place)"
        }
    }

    /// A worker that was killed, and the ports of the clients whose connections it held.
    struct Killing {
        let worker: Int32
        let ports: Set<UInt16>
        let time: ContinuousClock.Instant
    }

    /// How many answers there were of each kind, such as `plain 200`.
    private(set) var answers: [String: Int] = [:]
    private(set) var losses: [Loss] = []

    /// Losses that no SIGKILL explains.
    var unexcused: [Loss] { losses.filter { $0.worker == nil } }

    mutating func add(_ other: SoakLedger) {
        answers.merge(other.answers, uniquingKeysWith: +)
        losses += other.losses
    }

    /// Notes the answer of a status that was to be expected, or a loss.
    mutating func note(
        _ kind: String,
        of client: Client,
        since began: ContinuousClock.Instant = .now,
        expecting status: Int = 200,
        _ ask: (Client) throws -> Void = { _ in }
    ) {
        let port = client.port
        do {
            try ask(client)
            let reply = try client.reply()
            guard reply.status == status else {
                return lose(kind, "status \(reply.status): \(reply.text)", port, began)
            }
            answers["\(kind) \(status)", default: 0] += 1
        } catch {
            lose(kind, "\(error)", port, began)
        }
    }

    mutating func lose(
        _ kind: String,
        _ fault: String,
        _ port: UInt16 = 0,
        _ began: ContinuousClock.Instant = .now
    ) {
        losses.append(Loss(kind: kind, fault: fault, port: port, began: began, ended: .now))
    }

    /// Finds out which losses are explained by the workers that were killed.
    mutating func excuse(_ killings: [Killing]) {
        for index in losses.indices {
            let loss = losses[index]
            losses[index].worker =
                killings.first {
                    $0.ports.contains(loss.port) && (loss.began...loss.ended).contains($0.time)
                }?.worker
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
