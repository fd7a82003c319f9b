import ForktailValues
import Dispatch
import Glibc
import Synchronization
import Testing

extension ProcessTests {
    /// The example of the tutorial: workers that share a file.
    @Suite struct LinkShortenerTests {
        static func setup(workers: Int) -> ServerSetup {
            ServerSetup(executable: .linkShortener, workers: workers)
        }

        /// Asks for a short link and gives the answer.
        static func create(_ link: String, at address: Address) throws -> Reply {
            try Client.exchange(
                "POST / HTTP/1.1\r\nHost: short\r\nContent-Length: \(link.utf8.count)\r\n\r\n\(link)",
                with: address
            )
        }

        /// The lines of the file as codes and links.
        static func lines(of server: Server) throws -> [String: String] {
            let text = server.directory.text(of: "links.txt")
            #expect(text.hasSuffix("\n"), "the last line is torn")
            var links: [String: String] = [:]
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: " ").map(String.init)
                try #require(parts.count == 2, "a torn line: \(line)")
                #expect(links.updateValue(parts[1], forKey: parts[0]) == nil, "\(line)")
            }
            return links
        }

        @Test func shortensAndRedirects() throws {
            try Server.run(Self.setup(workers: 3)) { server in
                let link = "https://example.org/a?b=c&d"
                let created = try Self.create(link, at: server.address)
                #expect(created.status == 201)
                let path = try #require(created["Location"])
                let scheme = WorkerKind.chosen == .tls ? "https" : "http"
                #expect(created.text == "\(scheme)://short\(path)\n")
                // Whichever worker answers knows it.
                for _ in 0..<12 {
                    let reply = try server.get(path)
                    #expect(reply.status == 302)
                    #expect(reply["Location"] == link)
                }
                #expect(try server.get("/").text.contains("curl"))
            }
        }

        /// A setting and a command of the program's own, given in three ways.
        @Test func listsTheLinksOfTheFileThatTheSettingsName() throws {
            var setup = Self.setup(workers: 1)
            setup.settings = "[links]\nfile = \"own.txt\""
            try Server.run(setup) { server in
                #expect(try Self.create("https://a/", at: server.address).status == 201)
                let line = server.directory.text(of: "own.txt")
                for arguments in [["list"], ["--links-file", "own.txt", "list"]] {
                    let run = try OneShot(
                        arguments + ["--links-file=own.txt"],
                        executable: .linkShortener,
                        in: server.directory
                    )
                    #expect(run.ending == .exited(0) && run.output == line)
                }
            }
        }

        @Test func refusesWhatIsNoLink() throws {
            try Server.run(Self.setup(workers: 1)) { server in
                for text in ["", "ftp://a", "http://", "https://a b", "https://a\r\nX: y", "/a"] {
                    #expect(try Self.create(text, at: server.address).status == 400)
                }
                let long = "https://" + String(repeating: "a", count: 2041)
                #expect(try Self.create(long, at: server.address).status == 413)
                #expect(try server.get("/missing").status == 404)
                let reply = try Client.get("/", at: server.address, method: "DELETE")
                #expect(reply.status == 405)
                #expect(reply["Allow"] == "GET, HEAD, POST")
                #expect(server.directory.text(of: "links.txt").isEmpty)
            }
        }

        @Test func cutsOffATornLine() throws {
            let place = try TemporaryDirectory()
            try place.write("aaaaaaa https://a/\nbbbbbbb https://b/", to: "links.txt")
            try Server.run(Self.setup(workers: 2), in: place) { server in
                try #expect(server.get("/aaaaaaa")["Location"] == "https://a/")
                #expect(try server.get("/bbbbbbb").status == 404)
                #expect(try Self.create("https://c/", at: server.address).status == 201)
                #expect(try Set(Self.lines(of: server).values) == ["https://a/", "https://c/"])
                for _ in 0..<6 { #expect(try server.get("/bbbbbbb").status == 404) }
            }
        }

        /// Long lines of many clients, so that workers that did not wait for each other would meet.
        @Test func keepsWritersApart() throws {
            try Server.run(Self.setup(workers: 8)) { server in
                try server.waitForWorkers(8)
                let address = server.address
                let padding = String(repeating: "x", count: 2000)
                let created = Mutex(0)
                DispatchQueue.concurrentPerform(iterations: 8) { number in
                    for count in 0..<150 {
                        let link = "https://example.org/\(number)/\(count)/\(padding)"
                        guard (try? Self.create(link, at: address))?.status == 201 else { continue }
                        created.withLock { $0 += 1 }
                    }
                }
                #expect(created.withLock { $0 } == 8 * 150)
                #expect(try Set(Self.lines(of: server).values).count == 8 * 150)
            }
        }

        /// Acknowledged links survive killed workers, and no line is torn.
        @Test func losesNothingWhenWorkersAreKilled() throws {
            try Server.run(Self.setup(workers: 4)) { server in
                server.expectErrors(
                    .workerExited,
                    ["signal": "SIGKILL", "reason": "other_process"]
                )
                try server.waitForWorkers(4)
                let arbiter = server.arbiter
                let address = server.address
                let created = Mutex<[String: String]>([:])
                let isOver = Atomic(false)
                DispatchQueue.concurrentPerform(iterations: 5) { number in
                    if number == 0 {
                        Self.killChildren(of: arbiter, times: 16)
                        isOver.store(true, ordering: .relaxed)
                        return
                    }
                    var (count, answered) = (0, 0)
                    while answered < 20 && count < 10_000 || !isOver.load(ordering: .relaxed) {
                        count += 1
                        let link = "https://example.org/\(number)/\(count)"
                        // A killed worker leaves its client without an answer, or with a 500.
                        guard let reply = try? Self.create(link, at: address),
                            reply.status == 201, let path = reply["Location"]
                        else { continue }
                        answered += 1
                        created.withLock { $0[String(path.dropFirst())] = link }
                    }
                }
                let expected = created.withLock { $0 }
                // Of 80 or more, 16 kills cost some.
                #expect(expected.count >= 40)
                let lines = try Self.lines(of: server)
                #expect(lines.merging(expected) { $1 } == lines, "a link is lost or replaced")
                #expect(Set(lines.values).count == lines.count)
                for (code, link) in expected.shuffled().prefix(40) {
                    #expect(try server.get("/\(code)")["Location"] == link)
                }
            }
        }

        private static func killChildren(of arbiter: pid_t, times: Int) {
            for _ in 0..<times {
                pause(milliseconds: 40)
                guard let victim = ProcessTable.children(of: arbiter).randomElement() else {
                    continue
                }
                kill(victim.process, SIGKILL)
            }
        }
    }
}
