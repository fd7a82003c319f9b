import Glibc
import Synchronization
import Testing

extension ProcessTests {
    /// Logs whose reader is slow or stopped.
    @Suite struct LogReaderTests {
        /// Whether a line of the access log begins and ends as it should, and holds no other one.
        private static func isWhole(_ line: Substring) -> Bool {
            let form =
                /127\.0\.0\.1 - - \[[^\]]+\] "GET \/pid[?x]*(…| HTTP\/1\.1)" 200 \d+ "-" "-"/
            return line.utf8.count < 4096 && line.wholeMatch(of: form) != nil
        }

        /// The numbers of lines that the workers report as lost.
        private static func losses(in text: String) -> [Int] {
            let report = /(\d[\d,]*) lines? of the .* lost:/
            return text.split(separator: "\n").compactMap { line in
                line.firstMatch(of: report).flatMap { Int($0.1.filter { $0 != "," }) }
            }
        }

        /// A line that finds no room is dropped at once: no request waits and no worker is killed.
        @Test func answersAllRequestsWhileTheReaderIsStopped() throws {
            let directory = try TemporaryDirectory()
            let pipe = try NamedPipe(directory.path(of: "stdout"))
            let setup = ServerSetup(workers: 2, settings: "accesslog = \"-\"\ntimeout = 2")
            try Server.run(setup, in: directory) { server in
                #expect(
                    Load(clients: 4, at: [server.address], limit: 1000).finish().answered == 4000
                )
                var lines = pipe.readAll().split(separator: "\n")
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                lines += pipe.readAll().split(separator: "\n")
                #expect(lines.allSatisfy(Self.isWhole))
                let losses = Self.losses(in: server.log)
                #expect((1...2).contains(losses.count), "each worker reports once")
                #expect(lines.count + losses.reduce(0, +) == 4000)
                #expect(server.countInLog("the reader of standard output was too slow") > 0)
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
                let loads = [1, 3900, 4090, 8000].map { length in
                    let path = "/pid?" + String(repeating: "x", count: length)
                    return Load(clients: 1, at: [server.address], path: path, limit: 200)
                }
                for load in loads { #expect(load.finish().answered == 200) }
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                reader.stop()
                let all = text.withLock { String(decoding: $0, as: UTF8.self) } + pipe.readAll()
                let lines = all.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                for line in lines { #expect(Self.isWhole(line), "\(line)") }
                #expect(lines.contains { $0.contains("…") && $0.utf8.count > 4080 })
                #expect(lines.count + Self.losses(in: server.log).reduce(0, +) == 800)
            }
        }

        /// The arbiter and its workers serve although nothing reads what they log.
        @Test func supervisesWhileTheReaderIsStopped() throws {
            let directory = try TemporaryDirectory()
            let pipe = try NamedPipe(directory.path(of: "stderr"))
            pipe.fill()
            let setup = ServerSetup(bind: ["unix:a.sock"], ready: 0)
            let server = try Server(setup, in: directory)
            defer { server.process.send(SIGKILL) }
            let address = Address.unix(path: directory.path(of: "a.sock"))
            func identify() throws -> pid_t {
                try eventually("an answer") {
                    (try? Client.get("/pid", at: address)).flatMap { WorkerIdentity($0.text) }
                }.process
            }
            let first = try identify()
            // Each of them makes two lines.
            for _ in 0..<60 { try server.sendCounted(SIGUSR1) }
            kill(first, SIGKILL)
            try wait(until: "the end of a worker") { !ProcessTable.isAlive(first) }
            _ = try identify()
            _ = pipe.readAll()
            server.send(SIGTERM)
            try #expect(server.process.waitForEnd() == .exited(0))
            let log = pipe.readAll()
            #expect(Self.losses(in: log).contains { $0 > 100 }, "\(log)")
            #expect(log.contains(" lines of the server's log lost: the reader of standard error "))
            #expect(log.hasSuffix(" info stopped\n"))
        }
    }
}
