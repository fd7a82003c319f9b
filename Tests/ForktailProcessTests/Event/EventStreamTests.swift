import ForktailTestSupport
import ForktailValues
import Glibc
import Testing

extension ProcessTests.EventTests {
    /// Answers that the clients take slowly.
    @Suite struct EventStreamTests {
        /// Clients get the application's bytes, however few they take at a time.
        @Test(arguments: kinds)
        func sendsStreamsToSlowReaders(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                let expected = Array((0..<200).map { Self.piece($0) }.joined())
                let threads = Threads()
                let seed = UInt64.random(in: 0...UInt64.max)
                for number in 0..<12 {
                    threads.start { [address = server.address] _ in
                        var random = SeededGenerator(seed: seed &+ UInt64(number))
                        do {
                            let talk = try Conversation(address)
                            try talk.send(Conversation.request("/flow/200"))
                            pause(milliseconds: .random(in: 0..<300, using: &random))
                            #expect(try talk.reply().body == expected)
                            #expect(try talk.ask("/pid").status == 200)
                        } catch {
                            Issue.record("reader \(number): \(error)")
                        }
                    }
                }
                threads.join()
            }
        }

        private static func piece(_ number: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(number % 251), count: 16_384)
        }

        /// Fifty at a time, each at its own pace, and all of them get the same bytes.
        @Test(arguments: kinds)
        func sendsALargeFileToSlowReaders(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                let size = 64 << 20
                var random = SeededGenerator(seed: 5)
                let numbers = (0..<size / 8).map { _ in random.next() }
                let content = numbers.withUnsafeBytes { Array($0) }
                try server.directory.write(content, to: "large.bin")
                let threads = Threads()
                for number in 0..<50 {
                    threads.start { [address = server.address] _ in
                        do {
                            try Self.compare(content, at: address, pace: number)
                        } catch {
                            Issue.record("reader \(number): \(error)")
                        }
                    }
                }
                // A fast client is not delayed.
                for _ in 0..<20 { #expect(try server.status(of: "/pid") == 200) }
                threads.join()
            }
        }

        private static func compare(_ content: [UInt8], at address: Address, pace: Int) throws {
            let client = try Client(address)
            try client.send(Conversation.request("/file/large.bin"))
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                head += try client.read(upTo: 1)
            }
            var position = 0
            while position < content.count {
                let bytes = try client.read(upTo: 1 << 20)
                guard !bytes.isEmpty else { throw ConnectionFault.short }
                let isSame = content[position...].withUnsafeBytes { expected in
                    bytes.withUnsafeBytes { $0.count <= expected.count && same($0, expected) }
                }
                guard isSame else { throw TestFailure("other bytes behind \(position)") }
                position += bytes.count
                if pace % 5 == 0 { pause(milliseconds: 1) }
            }
        }

        private static func same(
            _ bytes: UnsafeRawBufferPointer,
            _ expected: UnsafeRawBufferPointer
        ) -> Bool {
            guard let one = bytes.baseAddress, let other = expected.baseAddress else {
                return false
            }
            return memcmp(one, other, bytes.count) == 0
        }

        /// Waiting streams delay no other client, however many there are, and send a last piece at a
        /// stop or reload.
        @Test(
            arguments: kinds,
            [
                ("/events", 10, SIGTERM), ("/events", 10, SIGHUP), ("/polled-events", 200, SIGTERM),
                ("/polled-events", 200, SIGHUP),
            ]
        )
        func servesStreamsThatWait(
            kind: WorkerKind,
            _ stream: (path: String, count: Int, signal: Int32)
        ) throws {
            try Server.run(ServerSetup(kind)) { server in
                let worker = try server.waitForWorkers(1)[0]
                let clients = try (0..<stream.count).map { _ in
                    let client = try Client(server.address)
                    try client.send(Client.request(stream.path))
                    return client
                }
                for client in clients { try client.expect("data: first\n\n") }
                for _ in 0..<20 { #expect(try server.status(of: "/pid") == 200) }
                server.send(stream.signal)
                let end = stream.path == "/events" ? "data: bye\n\n\r\n0\r\n\r\n" : "0\r\n\r\n"
                for client in clients { try client.expect(end) }
                try server.waitForEvent(.workerExited, ["worker_pid": worker, "status": 0])
            }
        }

        /// A stream that only makes a part, and one that makes too little, end by a reset.
        @Test(arguments: kinds, ["/broken-stream", "/short-stream", "/crash-stream"])
        func cutsAnAnswerThatBreaks(kind: WorkerKind, path: String) throws {
            try Server.run(ServerSetup(kind)) { server in
                server.expectErrors(.responseCut)
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                let talk = try Conversation(server.address)
                try talk.send(Conversation.request(path))
                #expect(throws: ConnectionFault.self) { try talk.reply() }
            }
        }

        /// A client that takes nothing is closed after `write_timeout`, and delays no other client.
        @Test(arguments: kinds, ["/flow/4000", "/big/60000000", "/file/large.bin"])
        func closesClientsThatStopReading(kind: WorkerKind, path: String) throws {
            try Server.run(ServerSetup(kind, settings: "write_timeout = \"400ms\"")) { server in
                let file = [UInt8](repeating: 1, count: 60_000_000)
                try server.directory.write(file, to: "large.bin")
                let talk = try Conversation(server.address)
                try talk.send(Conversation.request(path))
                #expect(try server.status(of: "/pid") == 200)
                try server.waitForEvent(.responseUndelivered)
                #expect(throws: ConnectionFault.self) { try talk.client.readToEnd() }
            }
        }

        /// A client may leave while the handler runs or while the answer is sent.
        @Test(arguments: kinds)
        func survivesClientsThatLeave(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "accesslog = \"access.log\"")) { server in
                let worker = try server.waitForWorkers(1)[0]
                let before = ProcessTable.descriptors(of: worker).count
                for number in 0..<10 {
                    let gate = Gate(server: server, name: "left-\(number)")
                    let client = try Client(server.address)
                    try client.send(Conversation.request(gate.path))
                    try wait(until: "a worker in the handler") { gate.worker != nil }
                    if number % 2 == 0 { client.reset() } else { client.closeSocket() }
                    try gate.open()
                    let reader = try Client(server.address)
                    try reader.send(Conversation.request("/flow/4000"))
                    _ = try reader.read(upTo: 4096)
                    reader.reset()
                }
                let lines = try server.waitForAccessLines(20)
                #expect(lines.count { $0.contains("/gate/left-") } == 10)
                #expect(lines.count { $0.contains("/flow/4000") } == 10)
                try wait(until: "closed connections") {
                    ProcessTable.descriptors(of: worker).count == before + 1
                        || ProcessTable.descriptors(of: worker).count == before
                }
                #expect(try server.identify().process == worker)
            }
        }
    }
}
