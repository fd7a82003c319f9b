// The long run: clients of every kind, and meanwhile everything that can happen to a server.
//
// Invariant: only a request that was inside a worker at the moment of its SIGKILL, or of the crash of
// another request, may be lost. Which were killed is known by the ports of the connections that the
// worker held. Workers of class `sync` also hold clients whose request heads come slowly.

import ForktailTestSupport
import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// `make soak`; it lasts as many seconds as the variable FORKTAIL_SOAK says.
    @Suite(.enabled(if: SoakSettings.current != nil, "make soak"))
    struct SoakTests {
        /// In the order in which they run.
        private static let applications: [Executable] =
            WorkerKind.isSwift ? [.testApp, .asyncApp] : [.testApp]

        @Test(arguments: applications)
        func losesNothing(of application: Executable) throws {
            let settings = try #require(SoakSettings.current)
            let isAsync = application == .asyncApp
            print(
                "soak: \(settings.seconds) s of \(isAsync ? "asynchronous" : "synchronous") "
                    + "handlers, kind \(WorkerKind.chosen), with SEED=\(settings.seed)"
            )
            let directory = try TemporaryDirectory()
            let manager = try NotifySocket(directory.path(of: "notify"))
            let setup = ServerSetup(
                executable: application,
                workers: 4,
                settings: """
                    pidfile = "server.pid"
                    max_requests = 400
                    max_requests_jitter = 400
                    max_lifetime = "20s"
                    \(isAsync ? "worker_class = \"event\"" : "")
                    """,
                environment: ["NOTIFY_SOCKET": directory.path(of: "notify")]
            )
            try Server.run(setup, in: directory) { server in
                server.expectDeaths()
                // A new worker that a handler takes down three times within its first second is one
                // that can't boot, as far as the arbiter knows.
                server.expectErrors(.reloadFailed, ["reason": "cannot_boot"])
                let clients = SoakClients(
                    at: server.address,
                    seed: settings.seed,
                    isAsync: isAsync
                )
                var events = SoakEvents(server, manager, seed: settings.seed)
                try events.run(for: .seconds(settings.seconds))
                var ledger = clients.stop()
                try ledger.add(Self.stopWithFullQueue(server, isAsync: isAsync))
                ledger.excuse(events.killed)
                print("\(events)\n\(ledger)")
                #expect(ledger.unexcused == [])
                #expect(ledger.answers["crashed 500", default: 0] > 0)
            }
        }

        /// Stops the server while all its workers are busy and fifty clients wait.
        private static func stopWithFullQueue(
            _ server: Server,
            isAsync: Bool
        ) throws -> SoakLedger {
            var ledger = SoakLedger(sharesWorkers: isAsync)
            let workers = 4
            try server.reload(workers: workers)
            try wait(until: "\(workers) workers") { server.workers.count == workers }
            let gates =
                isAsync ? [] : (0..<workers).map { Gate(server: server, name: "last-\($0)") }
            let busy = try gates.map { try $0.enter() } + Self.sleep(isAsync ? 50 : 0, on: server)
            let queued = try (0..<50).map { _ in
                let client = try Client(server.address)
                try client.send(Client.request("/pid"))
                return client
            }
            server.send(SIGTERM)
            try server.waitForEvent(.signalReceived, ["signal": "SIGTERM", "sender": getpid()])
            for gate in gates { try gate.open() }
            for client in busy { ledger.note("busy at the stop", of: client) }
            for client in queued { ledger.note("queued at the stop", of: client) }
            return ledger
        }

        /// Begins requests whose handlers sleep.
        private static func sleep(_ count: Int, on server: Server) throws -> [Client] {
            try (0..<count).map { _ in
                let client = try Client(server.address)
                try client.send(Client.request("/sleep/1000"))
                try server.waitUntilRead(client)
                return client
            }
        }
    }
}

/// How long the run is, and which.
struct SoakSettings {
    let seconds: Int
    let seed: UInt64

    /// What the environment asks for; nil where it doesn't.
    static let current: SoakSettings? = {
        let text = ProcessEnvironment.value(of: "FORKTAIL_SOAK")
        guard let seconds = text.flatMap({ Int($0) }) else { return nil }
        return SoakSettings(seconds: seconds, seed: Seed.given ?? .random(in: 1...999_999))
    }()
}
