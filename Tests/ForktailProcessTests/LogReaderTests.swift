import ForktailValues
import Glibc
import Synchronization
import Testing

extension ProcessTests {
    /// Logs whose reader is slow or stopped.
    @Suite struct LogReaderTests {
        /// Whether a line of the access log is one whole object about a request that was answered.
        private static func isWhole(_ line: Substring) -> Bool {
            let entry = LogRecord(line)
            return line.utf8.count < 4096 && entry.number("status") == 200
                && entry.text("request").hasPrefix("GET /pid") && entry.fields["user_agent"] != nil
        }

        /// The numbers of lines that processes report as lost.
        private static func losses(of log: String, in records: [LogRecord]) -> [Int] {
            records.filter { $0.matches(.logLinesLost, ["log": log, "reason": "slow_reader"]) }
                .compactMap { $0.number("lines") }
        }

        /// A line that finds no room is dropped at once: no request waits and no worker is killed.
        @Test func answersAllRequestsWhileTheReaderIsStopped() throws {
            let directory = try TemporaryDirectory()
            let pipe = try NamedPipe(directory.path(of: "stdout"))
            let setup = ServerSetup(workers: 2, settings: "accesslog = \"-\"\ntimeout = 10")
            try Server.run(setup, in: directory) { server in
                let tally = Load(clients: 4, at: [server.address], limit: 1000).finish()
                #expect(tally.answered == 4000)
                var lines = pipe.readAll().split(separator: "\n")
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                lines += pipe.readAll().split(separator: "\n")
                #expect(lines.allSatisfy(Self.isWhole))
                let losses = Self.losses(of: "accesslog", in: server.records)
                #expect((1...2).contains(losses.count), "each worker reports once")
                #expect(lines.count + losses.reduce(0, +) == 4000)
            }
        }

        /// Behind the limit of a file's size (setrlimit(2)) lines are lost and counted.
        @Test func servesOnBehindTheLimitOfAFile() throws {
            let directory = try TemporaryDirectory()
            let limit = 64 << 20
            try directory.write("", to: "access.log")
            #expect(truncate(directory.path(of: "access.log"), limit - 400) == 0)
            let setup = ServerSetup(
                workers: 1,
                settings: "accesslog = \"access.log\"",
                wrapper: ["/usr/bin/prlimit", "--fsize=\(limit)"]
            )
            try Server.run(setup, in: directory) { server in
                server.expectErrors(.logLinesLost)
                for _ in 0..<20 { try #expect(server.status(of: "/pid") == 200) }
                let lost = try server.waitForEvent(.logLinesLost, ["log": "accesslog"])
                #expect(lost.message.contains("File too large"), "\(lost.line)")
                #expect(server.count(.workerExited) == 0)
            }
        }

        /// Lines of all lengths from four workers: whole, and each one is there or counted.
        @Test func keepsLinesWholeForASlowReader() throws {
            let directory = try TemporaryDirectory()
            let pipe = try NamedPipe(directory.path(of: "stdout"))
            let setup = ServerSetup(workers: 4, settings: "accesslog = \"-\"")
            let text = Mutex<[UInt8]>([])
            try Server.run(setup, in: directory) { server in
                let reader = Threads()
                reader.start { isStopping in
                    while !isStopping() {
                        text.withLock { $0 += pipe.read() }
                        pause(milliseconds: 1)
                    }
                }
                func path(_ length: Int) -> String {
                    "/pid?" + String(repeating: "x", count: length)
                }
                // There is room for the first line.
                try #expect(server.get(path(8000)).status == 200)
                let loads = [1, 3800, 3950, 8000].map { length in
                    Load(clients: 1, at: [server.address], path: path(length), limit: 200)
                }
                for load in loads { #expect(load.finish().answered == 200) }
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                reader.stop()
                let all = text.withLock { String(decoding: $0, as: UTF8.self) } + pipe.readAll()
                let lines = all.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                for line in lines { #expect(Self.isWhole(line), "\(line)") }
                let lengths = lines.filter { $0.contains("…\"") }.map(\.utf8.count)
                #expect(lengths.contains { $0 > 4080 }, "\(lengths)")
                let losses = Self.losses(of: "accesslog", in: server.records)
                #expect(lines.count + losses.reduce(0, +) == 801)
            }
        }

        /// The arbiter and its workers serve although nothing reads what they log.
        @Test func supervisesWhileTheReaderIsStopped() throws {
            let directory = try TemporaryDirectory()
            let pipe = try NamedPipe(directory.path(of: "stderr"))
            pipe.fill()
            let server = try Server(ServerSetup(bind: ["unix:a.sock"]), in: directory)
            defer { server.process.send(SIGKILL) }
            let address = Address.unix(path: directory.path(of: "a.sock"))
            func identify() throws -> pid_t {
                try eventually("an answer") {
                    (try? Client.get("/pid", at: address)).flatMap { WorkerIdentity($0.text) }
                }.process
            }
            let killed = try identify()
            // Each of them makes two lines.
            for _ in 0..<60 { try server.sendCounted(SIGUSR1) }
            kill(killed, SIGKILL)
            try wait(until: "the end of a worker") { !ProcessTable.isAlive(killed) }
            _ = try identify()
            // The runtime's message of a trap must not keep the crash handler waiting.
            #expect(try Client.get("/crash", at: address).status == 500)
            _ = try identify()
            // The losses may be told while it is read.
            let first = pipe.readAll()
            server.send(SIGTERM)
            try #expect(server.process.waitForEnd() == .exited(0))
            let records = (first + pipe.readAll()).split(separator: "\n").map { LogRecord($0) }
            let losses = Self.losses(of: "errorlog", in: records)
            #expect(losses.contains { $0 > 0 })
            // The arbiter may take some of the signals only now.
            let told = records.count { $0.event == .signalReceived || $0.event == .logsReopened }
            #expect(losses.reduce(told, +) > 120)
            #expect(records.last?.event == .stopped)
        }
    }
}
