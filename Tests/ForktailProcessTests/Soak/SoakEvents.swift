import ForktailTestSupport
import Glibc

/// What happens to the server meanwhile, one thing after the other, by a seeded sequence.
struct SoakEvents {
    private enum Event: String, CaseIterable {
        case reload = "HUP"
        case more = "TTIN"
        case fewer = "TTOU"
        case upgrade = "USR2 and hand-over"
        case kill = "kill -9 of a worker"
        case reopen = "USR1"
    }

    private let server: Server
    private let manager: NotifySocket
    private var random: SeededGenerator
    private var counts: [String: Int] = [:]
    /// The workers that were killed.
    private(set) var killed: [SoakLedger.Killing] = []

    init(_ server: Server, _ manager: NotifySocket, seed: UInt64) {
        self.server = server
        self.manager = manager
        random = SeededGenerator(seed: seed)
    }

    mutating func run(for duration: Duration) throws {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < duration {
            guard let event = Event.allCases.randomElement(using: &random) else { return }
            try perform(event)
            counts[event.rawValue, default: 0] += 1
            pause(milliseconds: .random(in: 0..<400, using: &random))
            _ = manager.lines
        }
    }

    private mutating func perform(_ event: Event) throws {
        switch event {
        case .reload: server.send(SIGHUP)
        // More would only make the machine slow.
        case .more: if server.workers.count < 8 { server.send(SIGTTIN) }
        case .fewer: server.send(SIGTTOU)
        case .upgrade: try upgrade()
        case .kill: try killWorker()
        case .reopen: server.send(SIGUSR1)
        }
    }

    /// Starts a new arbiter, and stops the old one when the new one serves.
    private func upgrade() throws {
        let old = server.arbiter
        var next = ContinuousClock.now
        let new = try eventually("a new arbiter") { () -> pid_t? in
            // In the middle of a reload it is refused.
            if ContinuousClock.now >= next {
                server.send(SIGUSR2)
                next += .seconds(1)
            }
            let line = manager.lines.last { $0.hasPrefix("MAINPID=") } ?? ""
            return pid_t(line.dropFirst(8)).flatMap { $0 == old ? nil : $0 }
        }
        kill(old, SIGTERM)
        server.successor = new
        try wait(until: "the end of the old arbiter", within: .seconds(60)) {
            _ = server.process.poll()
            return !ProcessTable.isAlive(old)
        }
    }

    private mutating func killWorker() throws {
        let workers = server.workers.filter { ProcessTable.title(of: $0).contains("worker") }
        guard let victim = workers.randomElement(using: &random) else { return }
        // What it holds can't change while it is looked at.
        Glibc.kill(victim, SIGSTOP)
        try wait(until: "a worker that stands still or is gone") {
            ProcessTable.entry(victim).map { "TZX".contains($0.state) } ?? true
        }
        let ports = ProcessTable.remotePorts(of: victim)
        // Before the signal: a client may see its effect sooner than this thread runs again.
        killed.append(SoakLedger.Killing(worker: victim, ports: ports, time: .now))
        Glibc.kill(victim, SIGKILL)
    }
}

extension SoakEvents: CustomStringConvertible {
    var description: String {
        counts.sorted { $0.key < $1.key }.map { "event: \($0.key): \($0.value)" }
            .joined(separator: "\n")
    }
}
