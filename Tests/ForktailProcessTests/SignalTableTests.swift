import Glibc
import Testing

extension ProcessTests {
    /// Scenario 24: what each signal does in the middle of something else.
    @Suite struct SignalTableTests {
        /// What the arbiter is in the middle of.
        enum State: CaseIterable {
            case boot, reload, upgrade, stop

            /// What the log says of a signal; nil where it ends the arbiter with all its processes.
            func words(for signal: Int32) -> String? {
                switch (self, signal) {
                case (.stop, SIGTERM), (.stop, SIGINT): "stopping faster"
                case (.stop, SIGHUP): "SIGHUP refused: the arbiter is stopping"
                case (.stop, SIGUSR2): "SIGUSR2 refused: the arbiter is stopping"
                case (.stop, SIGWINCH): "SIGWINCH refused: the arbiter is stopping"
                case (_, SIGTERM), (_, SIGINT): nil
                case (.reload, SIGHUP): "reload: generation 2 is overtaken by 3"
                case (.boot, SIGHUP), (.upgrade, SIGHUP): "over to generation 2"
                case (.boot, SIGUSR2): "upgrade: checking"
                case (.reload, SIGUSR2): "SIGUSR2 refused: a reload is under way"
                case (.upgrade, SIGUSR2): "SIGUSR2 refused: an upgrade is under way"
                case (.reload, SIGWINCH): "all workers were retired before generation 2"
                default: "retires: no worker is wanted"
                }
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
                    try server.waitForLog("exited with status 0")
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
                server.expectErrors("reload failed: all", "sent SIGKILL", "had to leave at once")
                let gate = Gate(server: server, name: "slow")
                let client = state == .stop ? try gate.enter() : nil
                try state.enter(server)
                server.send(signal)
                if let words = state.words(for: signal) {
                    try server.waitForLog(words)
                    try directory.write("", to: "go")
                    try gate.open()
                    _ = try? client?.reply()
                    server.send(SIGTERM)
                }
                try #expect(server.process.waitForEnd() == .exited(0))
                // One that served before the stop goes on, and is the test's to end.
                server.successor = server.newArbiter
            }
        }
    }
}
