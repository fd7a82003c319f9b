import ForktailValues
import Foundation
import Glibc
import Testing

extension ProcessTests {
    /// What the observer says of the service.
    @Suite struct StatusTests {
        @Test func showsAKnownLoad() throws {
            try Server.control { control in
                let server = control.server
                for _ in 0..<40 { try #expect(server.status(of: "/pid") == 200) }
                for _ in 0..<2 { try #expect(server.status(of: "/missing") == 404) }
                try wait(until: "42 requests") {
                    try control.metric("forktail_request_duration_seconds_count") == 42
                }
                try #expect(control.metric("forktail_requests_total{class=\"2xx\"}") == 40)
                try #expect(control.metric("forktail_requests_total{class=\"4xx\"}") == 2)
                let status = try control.status()
                #expect(status["pid"] as? Int == Int(server.arbiter))
                #expect(status["state"] as? String == "serving")
                let slots = try control.slots()
                #expect(slots.compactMap { $0["requests"] as? Int }.reduce(0, +) == 42)
                #expect(
                    Set(slots.compactMap { $0["pid"] as? Int }) == Set(server.workers.map(Int.init))
                )
                let table = try control.run("status")
                #expect(table.ending == .exited(0))
                #expect(table.output.contains("2 of 2 ready, 0 busy, queue 0/"))
                #expect(table.output.contains("slot"))
            }
        }

        /// However its workers end.
        @Test func neverCountsBack() throws {
            try Server.control { control in
                let server = control.server
                server.expectDeaths()
                var last = 0.0
                var crashes = 0
                func check() throws {
                    let now = try control.metric("forktail_request_duration_seconds_count")
                    #expect(now >= last)
                    last = now
                }
                for round in 0..<10 {
                    for _ in 0..<5 { try #expect(server.status(of: "/pid") == 200) }
                    try check()
                    if round % 2 == 0 {
                        _ = try? server.get("/crash")
                        crashes += 1
                    } else {
                        try control.run("restart-worker", "\(round % 4 / 2)")
                    }
                    for _ in 0..<20 { try check() }
                    try server.waitForEvent(
                        .workerExited,
                        ["signal": Containing("SIG")],
                        count: crashes
                    )
                    try server.waitForWorkers(2)
                }
                try wait(until: "all requests") {
                    try control.metric("forktail_requests_total{class=\"2xx\"}") == 50
                }
                for reason in ["crashed", "command"] {
                    try wait(until: "all ends") {
                        try control.metric("forktail_worker_exits_total{reason=\"\(reason)\"}") == 5
                    }
                }
            }
        }

        /// All workers are busy, and clients wait; the observer answers.
        @Test func answersWhileAllWorkersAreBusy() throws {
            try Server.control(Control.setup(workers: 2)) { control in
                let server = control.server
                guard WorkerKind.chosen != .threads else { return }
                let clients = try (0..<2).map { number in
                    let client = try Client(server.address)
                    try client.send(Client.request("/gate/g\(number)"))
                    try wait(until: "the gate") {
                        !server.directory.text(of: "g\(number).entered").isEmpty
                    }
                    return client
                }
                try #expect(control.get("/healthz").status == 200)
                try #expect(control.get("/readyz").status == 200)
                let requests = try control.run("requests").output
                #expect(requests.contains("GET /gate/g0"))
                #expect(requests.contains("GET /gate/g1"))
                let busy = try control.slots().compactMap { $0["state"] as? String }
                #expect(busy == ["busy", "busy"])
                for number in 0..<2 { try server.directory.write("", to: "g\(number).open") }
                for client in clients { try #expect(client.reply().status == 200) }
            }
        }

        /// A worker with threads shows all that it serves, also what a thread of a body has.
        @Test(.enabled(if: WorkerKind.chosen == .threads, "one worker serves several at a time"))
        func showsAllRunningRequestsOfAWorker() throws {
            try Server.control(Control.setup(workers: 1)) { control in
                let server = control.server
                var clients = try (0..<3).map { try Gate(server: server, name: "g\($0)").enter() }
                let upload = try Client(server.address)
                let body = String(repeating: "x", count: 200_000)
                try upload.send(
                    "POST /upload-gate/g3 HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n"
                        + "Connection: close\r\n\r\n" + body
                )
                clients.append(upload)
                let names = (0..<3).map { "GET /gate/g\($0)" } + ["POST /upload-gate/g3"]
                try wait(until: "all requests") {
                    let text = try control.run("requests").output
                    return names.allSatisfy(text.contains)
                }
                let list = try JSONSerialization.jsonObject(
                    with: Data(control.run("requests", "--json").output.utf8)
                )
                #expect((list as? [[String: Any]])?.count == 4)
                for number in 0..<4 { try server.directory.write("", to: "g\(number).open") }
                for client in clients { try #expect(client.reply().status == 200) }
                try wait(until: "no request") {
                    try !control.run("requests").output.contains("gate")
                }
            }
        }

        /// A worker that waits for a body serves nothing else: it counts as busy.
        @Test(.enabled(if: WorkerKind.chosen == .sync, "the loop of class event serves others"))
        func countsAWorkerThatReceives() throws {
            var setup = Control.setup(workers: 1)
            setup.arguments = ["--workers", "1..2"]
            try Server.control(setup) { control in
                let server = control.server
                let slow = try Client(server.address)
                try slow.send("POST /pid HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1")
                try wait(until: "the worker to receive") {
                    try control.slots().contains { $0["state"] as? String == "receiving" }
                }
                try #expect(control.metric("forktail_workers{state=\"busy\"}") == 1)
                try #expect(control.run("status").output.contains("1 busy, queue 0/"))
                // Another client needs another worker.
                try #expect(server.status(of: "/pid") == 200)
                try server.waitForEvent(.workersScaled, ["from": 1, "to": 2, "reason": "busy"])
                try slow.send("2")
                try #expect(slow.reply().status == 200)
            }
        }

        /// A load balancer learns of a stop while the workers still serve.
        @Test func isNotReadyDuringAStop() throws {
            let setup = Control.setup(
                workers: 1,
                "shutdown_delay = \"1h\"\nstatus_bind = \"127.0.0.1:0\""
            )
            try Server.control(setup) { control in
                let server = control.server
                let address = try Self.statusAddress(of: server)
                try #expect(Client.get("/readyz", at: address).status == 200)
                server.send(SIGTERM)
                try wait(until: "readyz to fail") {
                    try Client.get("/readyz", at: address).status == 503
                }
                try #expect(Client.get("/healthz", at: address).status == 200)
                try #expect(server.status(of: "/pid") == 200)
                let refused = try control.run("scale", "3")
                #expect(refused.ending == .exited(75))
                #expect(refused.errors.contains("the arbiter is stopping"))
            }
        }

        static func statusAddress(of server: Server) throws -> Address {
            let record = try server.waitForEvent(.observerStarted)
            let words = record.message.split(separator: " ").map { $0.filter { $0 != "," } }
            return try #require(
                words.last { $0.hasPrefix("http://") }.flatMap { Address(url: $0[...]) }
            )
        }

        /// The address for metrics takes no command, and shows nothing to write.
        @Test func readsOnlyAtTheStatusAddress() throws {
            let setup = Control.setup("status_bind = \"127.0.0.1:0\"")
            try Server.control(setup) { control in
                let address = try Self.statusAddress(of: control.server)
                let post =
                    "POST /commands/stop?ticket=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
                let reply = try Client.exchange(post + "Connection: close\r\n\r\n", with: address)
                #expect(reply.status == 403)
                try #expect(Client.get("/commands/1", at: address).status == 403)
                let put = "DELETE /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                try #expect(Client.exchange(put, with: address).status == 405)
                try #expect(Client.get("/nothing", at: address).status == 404)
            }
        }

        /// A stalled reader costs a connection, garbage another one.
        @Test func survivesBadClients() throws {
            try Server.control { control in
                let observer = try control.observer()
                var clients: [Client] = []
                for _ in 0..<1000 {
                    // A queue that is full refuses at once.
                    guard let client = try? Client(control.address, timeout: .milliseconds(200))
                    else {
                        continue
                    }
                    clients.append(client)
                }
                #expect(clients.count > 100)
                try wait(until: "an answer") { (try? control.get("/healthz").status) == 200 }
                try #expect(control.server.status(of: "/pid") == 200)
                clients = []
                for garbage in ["\u{0}\u{1}\u{2}", "GET", "POST /commands/stop HTTP/1.1\r\n", ""] {
                    let client = try Client(control.address)
                    try client.send(garbage)
                    client.endSending()
                    _ = try? client.readToEnd()
                }
                for target in [
                    "/commands/stop", "/commands/stop?ticket=0", "/commands/stop?ticket=x",
                    "/commands/scale?ticket=1&argument=99999999999", "/commands/nonsense?ticket=1",
                ] {
                    let head = "POST \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    let reply = try Client.exchange(head + "\r\n", with: control.address)
                    #expect([400, 404].contains(reply.status), "\(target)")
                }
                let stalled = try (0..<20).map { _ in
                    let client = try Client(control.address)
                    for _ in 0..<50 {
                        try client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    }
                    return client
                }
                try #expect(control.get("/healthz").status == 200)
                #expect(stalled.count == 20)
                try #expect(control.observer() == observer)
            }
        }

        /// Random bytes in the entries of all workers for ten seconds are shown as unknown.
        @Test func showsGarbageAsUnknown() throws {
            try Server.control { control in
                let server = control.server
                server.expectDeaths()
                server.expectErrors(.workerKilled, .workerAborted)
                for _ in 0..<10 { try #expect(server.status(of: "/pid") == 200) }
                let before = try control.metric("forktail_request_duration_seconds_count")
                let observer = try control.observer()
                let hostile = try Client(server.address)
                try hostile.send(Client.request("/hostile/scoreboard"))
                let end = ContinuousClock.now + .seconds(10)
                while ContinuousClock.now < end {
                    for path in [
                        "/metrics", "/status", "/status.txt", "/requests", "/", "/history",
                    ] {
                        try #expect(control.get(path).status == 200)
                    }
                    pause(milliseconds: 20)
                }
                try #expect(control.observer() == observer)
                let after = try control.metric("forktail_request_duration_seconds_count")
                #expect(after >= before && after < before + 1000)
                #expect(ProcessTable.isAlive(server.arbiter))
            }
        }

        /// Another user can't open the socket; where it can, it is told why it is refused.
        @Test func refusesAnotherUser() throws {
            guard geteuid() == 0, let setpriv = Tool.setpriv.path, Tool.curl.isInstalled else {
                return print("skipped: not root, or setpriv is missing")
            }
            try Server.control { control in
                let server = control.server
                let path = server.directory.path(of: "control.sock")
                var status = stat()
                #expect(stat(path, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o600)
                chmod(path, 0o666)
                chmod(server.directory.path, 0o755)
                let words = [setpriv, "--reuid", "65534", "--clear-groups", "--regid", "65534"]
                let curl = try OneShot(
                    words + [
                        Tool.curl.path ?? "curl", "-s", "-i", "--unix-socket", path,
                        "http://x/status",
                    ],
                    searchPath: Tool.searchPath,
                    in: server.directory
                )
                #expect(curl.output.hasPrefix("HTTP/1.1 403 "), "\(curl.output) \(curl.errors)")
                #expect(curl.output.contains("obeys user 0 and root only"))
            }
        }

        /// promtool knows both formats; a real Prometheus scrapes.
        @Test(.enabled(if: Tool.promtool.isInstalled, "promtool is not installed"))
        func satisfiesPromtool() throws {
            try Server.control { control in
                for _ in 0..<5 { _ = try control.server.get("/pid") }
                let text = try control.get("/metrics").text
                let directory = control.server.directory
                try directory.write(text, to: "metrics.txt")
                let run = try OneShot(
                    ["/bin/sh", "-c", "promtool check metrics < metrics.txt"],
                    searchPath: Tool.searchPath,
                    in: directory
                )
                #expect(run.ending == .exited(0), "\(run.output)\(run.errors)")
            }
        }

        @Test(.enabled(if: Tool.prometheus.isInstalled, "prometheus is not installed"))
        func isScrapedByPrometheus() throws {
            let setup = Control.setup("status_bind = \"127.0.0.1:0\"")
            try Server.control(setup) { control in
                let server = control.server
                for _ in 0..<7 { _ = try server.get("/pid") }
                guard case .tcp(let port) = try Self.statusAddress(of: server) else { return }
                try server.directory.write(
                    """
                    global: { scrape_interval: 500ms }
                    scrape_configs:
                      - job_name: forktail
                        static_configs: [{ targets: ["127.0.0.1:\(port)"] }]
                    """,
                    to: "prometheus.yml"
                )
                let free = try ListeningSocket.unusedPort()
                var command = ServerSetup().command(in: server.directory)
                command.words = [
                    Tool.prometheus.path ?? "", "--config.file=prometheus.yml",
                    "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:\(free)",
                ]
                command.errors = server.directory.path(of: "prometheus.err")
                command.output = server.directory.path(of: "prometheus.out")
                let prometheus = try ChildProcess(command)
                defer {
                    prometheus.send(SIGTERM)
                    _ = try? prometheus.waitForEnd()
                }
                let query = "/api/v1/query?query=sum(forktail_requests_total)"
                try wait(until: "a scrape") {
                    let reply = try? Client.get(query, at: .tcp(port: free))
                    return reply?.text.contains("\"7\"]") == true
                }
                let up = try Client.get("/api/v1/query?query=up", at: .tcp(port: free)).text
                #expect(up.contains("\"1\"]"))
            }
        }

        @Test(.enabled(if: Tool.chromium.isInstalled, "chromium is not installed"))
        func showsTheLivePage() throws {
            let setup = Control.setup("status_bind = \"127.0.0.1:0\"")
            try Server.control(setup) { control in
                let server = control.server
                for _ in 0..<33 { _ = try server.get("/pid") }
                guard case .tcp(let port) = try Self.statusAddress(of: server) else { return }
                let flags = [
                    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                    "--disable-dev-shm-usage", "--disable-crash-reporter",
                    "--user-data-dir=\(server.directory.path(of: "profile"))",
                    "--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom",
                ]
                let url = "http://127.0.0.1:\(port)/"
                let run = try Tool.chromium.run(flags + [url], beside: server)
                #expect(run.ending == .exited(0), "\(run.errors)")
                #expect(!run.errors.contains(":CONSOLE"), "\(run.errors)")
                #expect(run.output.contains("data-live=\"yes\""), "\(run.output)")
                #expect(run.output.contains("<small>requests</small><b>33</b>"))
                #expect(run.output.contains("worker 0, pid "))
                #expect(run.output.contains("<svg id=\"rates\""))
                // The table is there without a script.
                let plain = try Client.get("/", at: .tcp(port: port)).text
                #expect(plain.contains("<td>\(server.workers[0])</td>"))
            }
        }
    }
}
