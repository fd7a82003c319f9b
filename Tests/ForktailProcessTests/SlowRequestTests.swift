import ForktailValues
import Foundation
import Glibc
import Testing

extension ProcessTests {
    /// What the log and the list of processes say of slow requests and waiting clients.
    @Suite struct SlowRequestTests {
        @Test func haveALineWhenTheyAreSlowAndOneAtTheirEnd() throws {
            let settings = "slow_request = \"2s\"\nrequest_id = \"generate\""
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                let gate = Gate(server: server, name: "slow")
                let client = try gate.enter()
                let line = try server.waitForEvent(.slowRequest, ["target": "/gate/slow"])
                #expect(line.text("method") == "GET" && line.seconds("busy") ?? 0 >= 2)
                #expect((line.number("thread") != nil) == (WorkerKind.chosen == .threads))
                try gate.open()
                let id = try client.reply()["X-Request-Id"]
                let end = try server.waitForEvent(.slowRequestEnded, ["status": 200])
                #expect(end.text("request_id") == id && line.text("request_id") == id)
                #expect(end.seconds("took") ?? 0 >= 2)
                #expect(try server.get("/pid").status == 200)
                #expect(server.count(.slowRequest) == 1 && server.count(.slowRequestEnded) == 1)
            }
        }

        /// A client that sends its request slowly is told so (408), and is no slow request.
        @Test func areNoSlowClients() throws {
            let settings =
                "slow_request = \"100ms\"\nbody_timeout = \"300ms\"\naccesslog = \"access.log\""
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                let client = try Client(server.address)
                try client.send("POST /pid HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1")
                #expect(try client.reply().status == 408)
                _ = try server.waitForAccessLines(1)
                #expect(server.count(.slowRequestEnded) == 0)
            }
        }

        /// The time that a request waits for the thread of another one is in its line.
        @Test(.enabled(if: WorkerKind.chosen != .tls, "no handshake beside a blocked loop"))
        func sayHowLongTheyWaited() throws {
            var setup = ServerSetup(workers: 1, settings: "accesslog = \"access.log\"")
            setup.arguments = WorkerKind.chosen == .threads ? ["--threads", "1"] : []
            try Server.run(setup) { server in
                let gate = Gate(server: server, name: "first")
                let first = try gate.enter()
                let second = try Client(server.address)
                try second.send(Client.request("/pid"))
                pause(milliseconds: 200)
                try gate.open()
                #expect(try first.reply().status == 200)
                #expect(try second.reply().status == 200)
                let line = try Control.object(
                    #require(server.waitForAccessLines(2).first { $0.contains("/pid") })
                )
                let time = line["queue_seconds"] as? Double
                switch WorkerKind.chosen {
                case .sync, .wsgi: #expect(line["queue_seconds"] is NSNull)
                case .threads: #expect(time ?? 0 >= 0.1)
                case .event, .tls: #expect(time ?? -1 >= 0)
                }
                #expect(line["tls_version"] == nil)
            }
        }

        @Test func warnWhereAllWorkersAreBusyAndClientsWait() throws {
            try Server.run(ServerSetup(workers: 2, settings: "saturation_warning = \"1s\"")) {
                server in
                let load = Load(clients: 24, at: [server.address], path: "/sleep/100")
                let line = try server.waitForEvent(.saturated, ["busy_workers": 2])
                #expect(line.number("waiting") ?? 0 > 0 && line.seconds("lasted") ?? 0 >= 1)
                #expect(
                    line.text("setting") == (WorkerKind.chosen == .sync ? "workers" : "threads")
                )
                #expect(load.stop().lost == 0)
                #expect(server.count(.saturated) == 1)
            }
        }

        @Test(.enabled(if: WorkerKind.chosen == .event))
        func warnWhereAHandlerBlocksItsLoop() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let gate = Gate(server: server, name: "slow")
                let idle = try Client(server.address)
                let client = try gate.enter()
                let line = try server.waitForEvent(.loopBlocked, ["target": "/gate/slow"])
                #expect(line.seconds("busy") ?? 0 >= 1 && line.number("waiting") ?? -1 >= 0)
                try gate.open()
                #expect(try client.reply().status == 200)
                idle.closeSocket()
            }
        }

        @Test func areInTheTitleOfTheirWorker() throws {
            let settings = "proc_requests = true\nproc_name = \"shop\""
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                let worker = try server.waitForWorkers(1)[0]
                func title() -> String {
                    ProcessTable.text(of: "/proc/\(worker)/cmdline").filter { $0 != "\0" }
                }
                let idle = title()
                #expect(idle == "shop: worker 0")
                let gate = Gate(server: server, name: "slow")
                let client = try gate.enter()
                try wait(until: "the title of \(worker)") {
                    title() == "shop: worker 0 [busy GET /gate/slow]"
                }
                try gate.open()
                #expect(try client.reply().status == 200)
                try wait(until: "the idle title of \(worker)") { title() == idle }
            }
        }
    }
}
