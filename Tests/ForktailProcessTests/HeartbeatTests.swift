import Glibc
import Testing

extension ProcessTests {
    /// Whether a worker gives its signs of life in time.
    @Suite struct HeartbeatTests {
        /// Requests at odd moments don't delay a beat by more than half of the interval.
        ///
        /// A beat is the only thing that a worker without an access log writes with write(2).
        @Test func beatsInTimeBetweenRequests() throws {
            // The interval is a quarter of the timeout, a second at most.
            let interval = Duration.seconds(1)
            try Server.run(ServerSetup(workers: 1, settings: "timeout = \"4s\"")) { server in
                let worker = try server.waitForWorkers(1)[0]
                // A thread that has run a handler writes to wake the loop.
                let others = WorkerKind.chosen == .threads ? 1 : 0
                func gap(around phase: Double) throws -> Duration {
                    try Self.waitForWrites(of: worker, past: Self.writes(of: worker))
                    let (beat, writes) = try (ContinuousClock.now, Self.writes(of: worker))
                    pause(milliseconds: phase)
                    try #expect(server.status(of: "/nowhere") == 404)
                    try Self.waitForWrites(of: worker, past: writes + others)
                    return ContinuousClock.now - beat
                }
                for phase in [450.0, 900, 600, 950] {
                    // What makes a beat late otherwise, such as the want of a processor, doesn't do so
                    // each time.
                    let isInTime = try (1...5).contains { _ in
                        try gap(around: phase) < interval * 1.75
                    }
                    #expect(isInTime, "a request \(phase) ms after a beat")
                }
            }
        }

        private static func waitForWrites(of process: pid_t, past count: Int) throws {
            try wait(until: "a beat") { try writes(of: process) > count }
        }

        /// How many times a process has called write(2): proc(5), io.
        private static func writes(of process: pid_t) throws -> Int {
            let text = ProcessTable.text(of: "/proc/\(process)/io")
            let line = text.split(separator: "\n").first { $0.hasPrefix("syscw: ") }
            guard let line, let count = Int(line.dropFirst(7)) else {
                throw TestFailure("/proc/\(process)/io: \(text)")
            }
            return count
        }
    }
}
