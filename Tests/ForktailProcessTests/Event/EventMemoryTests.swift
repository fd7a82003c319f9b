import Glibc
import Testing

extension ProcessTests.EventTests {
    /// What is left of a rush of requests once it is over.
    @Suite struct EventMemoryTests {
        private static let settings = "request_buffer_size = \"2MiB\""

        /// Neither the worker nor the allocator keeps what only that many large bodies need.
        @Test(arguments: kinds)
        func givesBackTheMemoryOfLargeBodies(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: Self.settings)) { server in
                let worker = try server.waitForWorkers(1)[0]
                #expect(try server.status(of: "/pid") == 200)
                let before = Self.residentSize(of: worker)
                for isChunked in [false, true] {
                    let talks = try (0..<60).map { _ in
                        let talk = try Conversation(server.address)
                        try talk.send(Self.begin(isChunked: isChunked))
                        return talk
                    }
                    try wait(until: "bodies in the worker") {
                        Self.residentSize(of: worker) - before > 40 << 20
                    }
                    for talk in talks {
                        try talk.send(isChunked ? "x\r\n0\r\n\r\n" : "x")
                        #expect(try talk.reply().text == "\(Self.size)\n")
                    }
                    try wait(until: "the memory given back") {
                        Self.residentSize(of: worker) - before < 4 << 20
                    }
                }
            }
        }

        private static let size = 1_000_000

        /// A request without the last byte of its body.
        private static func begin(isChunked: Bool) -> String {
            let body = String(repeating: "x", count: size - 1)
            let length = String(size, radix: 16)
            return isChunked
                ? Conversation.request("/upload", method: "POST", ["Transfer-Encoding": "chunked"])
                    + "\(length)\r\n\(body)"
                : Conversation.request("/upload", method: "POST", ["Content-Length": "\(size)"])
                    + body
        }

        private static func residentSize(of process: pid_t) -> Int {
            let lines = ProcessTable.text(of: "/proc/\(process)/status").split(separator: "\n")
            let words = lines.first { $0.hasPrefix("VmRSS:") }?.split { $0 == " " || $0 == "\t" }
            return words.flatMap { $0.count > 1 ? Int($0[1]) : nil }.map { $0 << 10 } ?? 0
        }
    }
}
