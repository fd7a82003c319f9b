import ForktailValues
import Glibc
import Synchronization
import Testing

extension ProcessTests {
    /// Files that change while they are sent, or while they are remembered.
    @Suite struct FileChangeTests {
        private static let size = 64 << 20

        /// Asks for a file that no socket buffer holds, and reads the first bytes of the answer.
        private static func begin(
            _ path: String,
            _ fields: KeyValuePairs<String, String> = [:],
            at server: Server
        ) throws -> (Client, [UInt8]) {
            let client = try Client(server.address)
            try client.send(Client.request(path, fields))
            return (client, try client.read(upTo: 4096))
        }

        private static func rest(of client: Client, after start: [UInt8]) throws -> Reply? {
            Reply(start + (try client.readToEnd()))
        }

        /// A client that has begun to read a version gets all of that version.
        @Test(arguments: ["replaced", "deleted", "appended to"])
        func finishesTheVersionThatWasBegun(_ change: String) throws {
            let site = try FileSite()
            let bytes = FileSite.bytes(Self.size)
            try site.write(bytes, to: "large")
            try site.serve { server in
                let (client, start) = try Self.begin("/large", at: server)
                switch change {
                case "replaced": try site.replace("large", by: "new")
                case "deleted": unlink(site.path("large"))
                default:
                    let file = open(site.path("large"), O_WRONLY | O_APPEND)
                    #expect(Glibc.write(file, "more", 4) == 4)
                    close(file)
                }
                let reply = try #require(try Self.rest(of: client, after: start))
                #expect(reply.body == bytes)
                try wait(until: "the new state") {
                    let next = try server.ask("/large", method: "HEAD")
                    return switch change {
                    case "replaced": next["Content-Length"] == "3"
                    case "deleted": next.status == 404
                    default: next["Content-Length"] == "\(Self.size + 4)"
                    }
                }
            }
        }

        /// A file that became shorter never looks complete.
        @Test(
            arguments: [
                [:], ["Range": "bytes=1-"], ["Range": "bytes=0-0,2-60000000"],
            ] as [KeyValuePairs<String, String>]
        )
        func cutsTheAnswerOfAFileThatBecameShorter(
            _ fields: KeyValuePairs<String, String>
        ) throws {
            let site = try FileSite()
            try site.write(FileSite.bytes(Self.size), to: "large")
            try site.serve { server in
                server.expectErrors(.responseCut)
                let (client, start) = try Self.begin("/large", fields, at: server)
                truncate(site.path("large"), 1000)
                #expect(throws: ConnectionFault.self) {
                    guard try Self.rest(of: client, after: start) != nil else {
                        throw ConnectionFault.short
                    }
                }
                try wait(until: "the new size") {
                    // While the file is remembered as longer than it is, answers are cut.
                    (try? server.ask("/large"))?.body.count == 1000
                }
            }
        }

        /// A remembered file is looked at again after its age, however often it is asked for.
        @Test func noticesChanges() throws {
            let site = try FileSite()
            try site.write("first", to: "a")
            try site.serve("open_cache_age = \"200ms\"", workers: 1) { server in
                try #expect(server.ask("/a").text == "first")
                try site.replace("a", by: "second")
                try wait(until: "the second version") {
                    let text = try server.ask("/a").text
                    #expect(["first", "second"].contains(text))
                    return text == "second"
                }
                let tag = try server.ask("/a")["ETag"]
                try site.overwrite("a", by: "SECOND")
                try wait(until: "the new tag") { try server.ask("/a")["ETag"] != tag }
                try #expect(server.ask("/a").text == "SECOND")
                unlink(site.path("a"))
                try wait(until: "its end") { try server.ask("/a").status == 404 }
                try site.write("fourth", to: "a")
                try #expect(server.ask("/a").text == "fourth")
            }
        }

        @Test func remembersForAsLongAsTheAgeSays() throws {
            let site = try FileSite()
            try site.write("first", to: "a")
            try site.serve("open_cache_age = \"1h\"", workers: 1) { server in
                try #expect(server.ask("/a").text == "first")
                try site.replace("a", by: "second")
                try #expect(server.ask("/a").text == "first")
            }
            try site.serve("open_cache_age = 0", workers: 1) { server in
                try #expect(server.ask("/a").text == "second")
                try site.replace("a", by: "third")
                try #expect(server.ask("/a").text == "third")
            }
        }

        /// A neighbour that comes and goes.
        @Test func noticesNeighbours() throws {
            let site = try FileSite()
            try site.write("plain", to: "a.txt")
            let settings = "open_cache_age = \"100ms\"\nprecompressed = [\"gzip\"]"
            try site.serve(settings, workers: 1) { server in
                let ask = { try server.ask("/a.txt", ["Accept-Encoding": "gzip"]) }
                try #expect(ask()["Vary"] == nil)
                try site.write("coded", to: "a.txt.gz")
                try wait(until: "the neighbour") { try ask().text == "coded" }
                unlink(site.path("a.txt.gz"))
                try wait(until: "the original") { try ask().text == "plain" }
                try #expect(ask()["Vary"] == nil)
            }
        }

        /// A remembered file is not served from where it isn't served otherwise.
        @Test func noticesThatAFileHasLeftTheRoot() throws {
            let site = try FileSite()
            try site.write("content", to: "a")
            try site.serve("open_cache_age = \"100ms\"", workers: 1) { server in
                try #expect(server.ask("/a").status == 200)
                rename(site.path("a"), site.directory.path(of: "outside"))
                site.link("a", to: "../outside")
                try wait(until: "its end") { try server.ask("/a").status == 404 }
            }
        }

        /// Directories that are renamed under load: each name has its own content, no version comes
        /// back, and no tag stands for two contents.
        @Test func followsRenamedDirectories() throws {
            let site = try FileSite()
            let versions = 60
            for version in 0..<versions {
                site.makeDirectory("next\(version)")
                try site.write(String(repeating: "v\(version);", count: 50), to: "next\(version)/x")
            }
            rename(site.path("next0"), site.path("current"))
            try site.serve("open_cache_age = \"100ms\"", workers: 1) { server in
                let seen = Mutex((newest: 0, tags: [String: String](), faults: [String]()))
                let address = server.address
                let threads = Threads()
                for _ in 0..<3 {
                    threads.start { isStopping in
                        var newest = 0
                        while !isStopping() {
                            guard let reply = try? Client.get("/current/x", at: address) else {
                                continue
                            }
                            // Between two renames there is none.
                            guard reply.status == 200 else { continue }
                            let words = Set(reply.text.split(separator: ";"))
                            let version = words.first.flatMap { Int($0.dropFirst()) } ?? -1
                            seen.withLock { seen in
                                if words.count != 1 || version < newest {
                                    seen.faults.append("\(words) after \(newest)")
                                }
                                let tag = reply["ETag"] ?? ""
                                if let other = seen.tags[tag], other != reply.text {
                                    seen.faults.append("\(tag): \(other) and \(reply.text)")
                                }
                                seen.tags[tag] = reply.text
                                seen.newest = max(seen.newest, version)
                            }
                            newest = max(newest, version)
                        }
                    }
                }
                for version in 1..<versions {
                    rename(site.path("current"), site.path("old\(version - 1)"))
                    rename(site.path("next\(version)"), site.path("current"))
                    try #expect(
                        server.ask("/old\(version - 1)/x").text.hasPrefix("v\(version - 1);")
                    )
                    pause(milliseconds: 5)
                }
                try wait(until: "the last version") {
                    seen.withLock { $0.newest } == versions - 1
                }
                threads.stop()
                #expect(seen.withLock { $0.faults } == [])
            }
        }

        @Test func keepsNoMoreOpenThanAllowed() throws {
            let site = try FileSite()
            for number in 0..<40 { try site.write("\(number)", to: "\(number)") }
            try site.serve("open_cache_age = \"1h\"\nopen_cache_size = 8", workers: 1) { server in
                let worker = try #require(server.workers.first)
                for number in Array(0..<40) + Array((0..<40).reversed()) {
                    try #expect(server.ask("/\(number)").text == "\(number)")
                }
                let root = site.path("")
                let open = ProcessTable.descriptors(of: worker).values.filter { $0.hasPrefix(root) }
                #expect((1...9).contains(open.count))
            }
        }

        /// Two spellings that Unicode takes for the same are two files.
        @Test func remembersPathsByteByByte() throws {
            let site = try FileSite()
            try site.write("composed", to: "\u{e9}")
            try site.write("decomposed", to: "e\u{301}")
            try site.serve("open_cache_age = \"1h\"", workers: 1) { server in
                for _ in 0..<2 {
                    try #expect(server.ask("/%C3%A9").text == "composed")
                    try #expect(server.ask("/e%CC%81").text == "decomposed")
                }
            }
        }

        /// Slow and quick readers of one large file, all at once, get what is in it.
        @Test func servesSlowReadersTogether() throws {
            let site = try FileSite()
            let bytes = FileSite.bytes(24 << 20)
            try site.write(bytes, to: "large")
            try site.serve(workers: 4) { server in
                let address = server.address
                let whole = Mutex(0)
                let threads = Threads()
                for reader in 0..<8 {
                    threads.start { _ in
                        let reply = try? Self.read(at: address, slowly: reader % 2 == 0)
                        if reply?.body == bytes { whole.withLock { $0 += 1 } }
                    }
                }
                threads.join()
                #expect(whole.withLock { $0 } == 8)
            }
        }

        private static func read(at address: Address, slowly: Bool) throws -> Reply? {
            let client = try Client(address, timeout: .seconds(60))
            try client.send(Client.request("/large", [:]))
            var bytes: [UInt8] = []
            while true {
                let more = try client.read(upTo: slowly ? 1 << 18 : 1 << 16)
                guard !more.isEmpty else { return Reply(bytes) }
                bytes += more
                if slowly { pause(milliseconds: 5) }
            }
        }
    }
}
