import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Scenario 24: what each signal does in the middle of something else.
    @Suite struct SignalTableTests {
        /// What the arbiter is in the middle of.
        enum State: CaseIterable {
            case boot, reload, upgrade, stop

            /// What the log has of a signal; nil where it ends the arbiter with all its processes.
            func event(for signal: Int32) -> (LogEvent, [String: any LogValue])? {
                switch (self, signal) {
                case (.stop, SIGTERM), (.stop, SIGINT): (.stopEscalated, [:])
                case (.stop, SIGHUP): Self.refusal("SIGHUP", "stopping")
                case (.stop, SIGUSR2): Self.refusal("SIGUSR2", "stopping")
                case (.stop, SIGWINCH): Self.refusal("SIGWINCH", "stopping")
                case (_, SIGTERM), (_, SIGINT): nil
                case (.reload, SIGHUP): (.reloadOvertaken, ["generation": 2, "by": 3])
                case (.boot, SIGHUP), (.upgrade, SIGHUP): (.reloadStarted, ["generation": 2])
                case (.boot, SIGUSR2): (.upgradeChecking, [:])
                case (.reload, SIGUSR2): Self.refusal("SIGUSR2", "reloading")
                case (.upgrade, SIGUSR2): Self.refusal("SIGUSR2", "upgrading")
                case (.reload, SIGWINCH): (.reloadFailed, ["reason": "all_retired"])
                default: (.workerRetired, ["reason": "all_retired"])
                }
            }

            private static func refusal(
                _ command: String,
                _ reason: String
            ) -> (LogEvent, [String: any LogValue]) {
                (.commandRefused, ["command": command, "reason": reason])
            }

            /// Brings a server, in which workers boot once there is a file `go`, into the state.
            func enter(_ server: Server) throws {
                switch self {
                case .boot:
                    try wait(until: "workers that boot") { server.workers.count == 2 }
                case .reload:
                    unlink(server.directory.path(of: "go"))
                    server.send(SIGHUP)
                    try wait(until: "a worker that boots") { server.workers.count == 3 }
                case .upgrade:
                    unlink(server.directory.path(of: "go"))
                    server.send(SIGUSR2)
                    let new = try eventually("a new arbiter") { server.newArbiter }
                    try wait(until: "workers that boot") { server.workers(of: new).count == 2 }
                case .stop:
                    server.send(SIGTERM)
                    try server.waitForEvent(.workerExited, ["status": 0])
                }
            }
        }

        @Test(arguments: State.allCases, [SIGTERM, SIGINT, SIGHUP, SIGUSR2, SIGWINCH])
        func answers(state: State, signal: Int32) throws {
            let directory = try TemporaryDirectory()
            if state != .boot { try directory.write("", to: "go") }
            let setup = ServerSetup(
                settings: "pidfile = \"server.pid\"",
                bind: ["127.0.0.1:0", "unix:server.sock"],
                environment: ["BOOT_WAIT_FOR": "go"],
                ready: state == .boot ? 0 : 2
            )
            try Server.run(setup, in: directory) { server in
                server.expectErrors(.workerKilled)
                // The test may be late to let the request go.
                if state == .stop {
                    server.expectErrors(.workerExited, ["signal": "SIGKILL"])
                }
                server.expectErrors(.reloadFailed, ["reason": "all_retired"])
                let gate = Gate(server: server, name: "slow")
                let client = state == .stop ? try gate.enter() : nil
                try state.enter(server)
                server.send(signal)
                if let (event, fields) = state.event(for: signal) {
                    try server.waitForEvent(event, fields)
                    try directory.write("", to: "go")
                    try gate.open()
                    _ = try? client?.reply()
                    server.send(SIGTERM)
                }
                try #expect(server.process.waitForEnd() == .exited(0))
                // One that served before the stop serves on; the test ends it.
                server.successor = server.newArbiter
            }
        }
    }
}
