import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Clients that connect and send nothing, or still send when they are answered.
    @Suite struct SilentClientTests {
        /// Browsers open connections in advance.
        ///
        /// A TCP listener holds them back until they send
        /// something (TCP_DEFER_ACCEPT); the worker sets aside those that it accepts nevertheless.
        @Test(arguments: ["127.0.0.1:0", "unix:http.sock"])
        func delayNoOtherClient(bind: String) throws {
            let settings = "backlog = 1024\nheader_timeout = \"1h\""
            let setup = ServerSetup(workers: 1, settings: settings, bind: [bind])
            try Server.run(setup) { server in
                let silent = try (0..<500).map { _ in try Client(server.address) }
                for _ in 0..<10 { #expect(try server.status(of: "/pid") == 200) }
                // By now the kernel has stopped holding them back.
                pause(milliseconds: 1500)
                for _ in 0..<10 { #expect(try server.status(of: "/pid") == 200) }
                for client in silent.prefix(10) {
                    try client.send(Client.request("/pid"))
                    #expect(try client.reply().status == 200)
                }
            }
        }

        /// A worker waits for no request head that comes slowly.
        @Test(arguments: ["127.0.0.1:0", "unix:http.sock"])
        func delayNoOtherClientInARequestHead(bind: String) throws {
            let settings = "header_timeout = \"1h\"\nlimit_request_rate = 0"
            try Server.run(ServerSetup(workers: 1, settings: settings, bind: [bind])) { server in
                let request = Array(Client.request("/pid").utf8)
                let slow = try (1...20).map { length in
                    let client = try Client(server.address)
                    try client.send(Array(request[..<length]))
                    return client
                }
                for _ in 0..<5 { #expect(try server.status(of: "/pid") == 200) }
                for (length, client) in zip(1..., slow) {
                    try client.send(Array(request[length...]))
                    #expect(try client.reply().status == 200)
                }
            }
        }

        @Test(arguments: ["127.0.0.1:0", "unix:http.sock"])
        func areClosedAfterTheHeaderTimeout(bind: String) throws {
            let settings = "header_timeout = \"500ms\""
            try Server.run(ServerSetup(workers: 1, settings: settings, bind: [bind])) { server in
                let silent = try (0..<5).map { _ in try Client(server.address) }
                for client in silent { #expect(try client.readToEnd().isEmpty) }
                // A client that is late is silent, too.
                try wait(until: "an answer") { (try? server.status(of: "/pid")) == 200 }
            }
        }

        /// A request that has come when the worker learns that it shall stop is served.
        @Test(arguments: [SIGTERM, SIGHUP])
        func areServedAtAStop(signal: Int32) throws {
            try Server.run(ServerSetup(workers: 1, bind: ["unix:http.sock"])) { server in
                let worker = try server.waitForWorkers(1)[0]
                let client = try Client(server.address)
                #expect(try server.status(of: "/pid") == 200)
                try server.whileStopped(worker) {
                    try client.send(Client.request("/pid"))
                    server.send(signal)
                    try server.waitForEvent(signal == SIGTERM ? .signalReceived : .workerRetired)
                }
                #expect(try client.reply().status == 200)
                try server.waitForEvent(.workerExited, ["worker_pid": worker, "status": 0])
            }
        }

        /// A worker that leaves while another connection waits in the queue keeps its own.
        @Test func areServedByAWorkerThatLeaves() throws {
            try Server.run(ServerSetup(workers: 1, bind: ["unix:http.sock"])) { server in
                let worker = try server.waitForWorkers(1)[0]
                let silent = try Client(server.address)
                let gate = Gate(server: server, name: "leaving")
                let busy = try gate.enter()
                let queued = try Client(server.address)
                try queued.send(Client.request("/pid"))
                server.send(SIGWINCH)
                try server.waitForArbiter()
                try gate.open()
                #expect(try busy.reply().status == 200)
                try silent.send(Client.request("/pid"))
                #expect(try silent.reply().status == 200)
                try server.waitForEvent(.workerExited, ["worker_pid": worker, "status": 0])
                server.send(SIGTTIN)
                #expect(try queued.reply().status == 200)
            }
        }

        /// Where the worker may open no more files, they give way.
        @Test func giveWayToOthers() throws {
            let settings = "limit_open_files = 64\nheader_timeout = \"1h\""
            let setup = ServerSetup(workers: 1, settings: settings, bind: ["unix:http.sock"])
            try Server.run(setup) { server in
                server.expectErrors(.acceptStarved)
                let silent = try (0..<100).map { _ in try Client(server.address) }
                for _ in 0..<10 { #expect(try server.status(of: "/pid") == 200) }
                _ = silent
            }
        }

        /// RFC 9112 section 9.6: an early response reaches a client that keeps sending, at any pace,
        /// and other clients are served meanwhile.
        @Test(arguments: [1 << 20, 12 << 20])
        func getAnEarlyAnswerToAnUpload(size: Int) throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let client = try Client(server.address)
                let head =
                    "POST /ignore-body HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n"
                try client.send(head)
                let piece = [UInt8](repeating: 1, count: size / 64)
                for number in 0..<64 {
                    try client.send(piece)
                    pause(milliseconds: 10)
                    if number % 16 == 15 { #expect(try server.status(of: "/pid") == 200) }
                }
                #expect(try client.reply().status == 413)
            }
        }
    }
}
