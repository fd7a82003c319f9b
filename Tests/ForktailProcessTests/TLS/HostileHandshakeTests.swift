import ForktailValues
import Glibc
import Testing

extension ProcessTests.TLSTests {
    /// Clients that begin a handshake and do what no client should.
    ///
    /// Each gets an alert, or a close within header_timeout; the worker lives, and serves others.
    @Suite struct HostileHandshakeTests {
        /// A record of TLS: RFC 8446 section 5.1.
        private static func record(
            _ type: UInt8,
            _ content: [UInt8],
            version: [UInt8] = [3, 1],
            length: Int? = nil
        ) -> [UInt8] {
            let length = length ?? content.count
            return [type] + version + [UInt8(length >> 8 & 0xff), UInt8(length & 0xff)] + content
        }

        /// A handshake message: RFC 8446 section 4.
        private static func message(
            _ type: UInt8,
            _ content: [UInt8],
            length: Int? = nil
        ) -> [UInt8] {
            let length = length ?? content.count
            return [type] + [16, 8, 0].map { UInt8(length >> $0 & 0xff) } + content
        }

        private static func vector(_ content: [UInt8], bytes: Int = 2) -> [UInt8] {
            (0..<bytes).reversed().map { UInt8(content.count >> (8 * $0) & 0xff) } + content
        }

        private static func `extension`(_ type: Int, _ content: [UInt8]) -> [UInt8] {
            [UInt8(type >> 8), UInt8(type & 0xff)] + vector(content)
        }

        /// The body of a ClientHello: RFC 5246 section 7.4.1.2.
        private static func hello(
            version: [UInt8] = [3, 3],
            session: [UInt8] = [],
            suites: [UInt8] = [0xc0, 0x2b, 0x13, 0x01],
            compressions: [UInt8] = [0],
            extensions: [UInt8]? = usual
        ) -> [UInt8] {
            version + [UInt8](repeating: 7, count: 32) + vector(session, bytes: 1)
                + vector(suites) + vector(compressions, bytes: 1)
                + (extensions.map { vector($0) } ?? [])
        }

        private static let groups = `extension`(10, vector([0, 23, 0, 29]))
        private static let signatures = `extension`(13, vector([4, 3, 8, 4]))
        private static let points = `extension`(11, [1, 0])
        private static let usual = groups + signatures + points
        private static let good = message(1, hello())

        private static func name(_ name: [UInt8]) -> [UInt8] {
            `extension`(0, vector([0] + vector(name)))
        }

        private static func with(_ more: [UInt8]) -> [UInt8] {
            record(22, message(1, hello(extensions: usual + more)))
        }

        static let cases: [(name: String, bytes: [UInt8])] = [
            ("one byte", [22]),
            ("a type without a version", [22, 3]),
            ("a header without content", [22, 3, 1, 0, 200]),
            ("an empty record", record(22, [])),
            ("a thousand empty records", (0..<1000).flatMap { _ in record(22, []) }),
            ("half a hello", Array(record(22, good).prefix(40))),
            ("all but the last byte", Array(record(22, good).dropLast())),
            ("version 0.0", record(22, good, version: [0, 0])),
            ("version 3.255", record(22, good, version: [3, 255])),
            ("version 255.255", record(22, good, version: [255, 255])),
            ("a record of 65,535 bytes", record(22, good, length: 0xffff)),
            ("a record that is too long", record(22, [UInt8](repeating: 0, count: 18_433))),
            ("garbage behind 22", [22] + (0..<500).map { UInt8($0 * 37 & 0xff) }),
            ("zeros", [22] + [UInt8](repeating: 0, count: 1000)),
            ("ones", [UInt8](repeating: 255, count: 1000)),
            ("an alert first", record(21, [1, 0])),
            ("a fatal alert first", record(21, [2, 40])),
            ("an alert that is too long", record(21, [2, 40, 1, 2, 3])),
            ("change_cipher_spec first", record(20, [1])),
            ("application data first", record(23, Array("GET / HTTP/1.1\r\n\r\n".utf8))),
            ("a heartbeat first", record(24, [1, 0x40, 0])),
            ("an unknown record type", record(99, good)),
            (
                "SSL 2.0",
                [0x80, 0x2e, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10] + [UInt8](repeating: 1, count: 37)
            ),
            ("a ServerHello", record(22, message(2, hello()))),
            ("a Finished", record(22, message(20, [UInt8](repeating: 0, count: 12)))),
            ("a KeyUpdate", record(22, message(24, [0]))),
            ("an unknown message", record(22, message(200, [1, 2, 3]))),
            ("an empty hello", record(22, message(1, []))),
            ("a hello of 16 MiB", record(22, message(1, hello(), length: 0xffffff))),
            (
                "a hello that never ends",
                (0..<60).flatMap {
                    record(
                        22,
                        $0 == 0
                            ? message(1, hello(), length: 900_000)
                            : [UInt8](repeating: 1, count: 16_000)
                    )
                }
            ),
            ("a hello that is too short", record(22, message(1, hello(), length: 20))),
            ("two hellos in a record", record(22, good + good)),
            ("two hellos", record(22, good) + record(22, good)),
            ("a hello in records of a byte", good.flatMap { record(22, [$0]) }),
            ("SSL 3.0 as the version", record(22, message(1, hello(version: [3, 0])))),
            ("a version of the future", record(22, message(1, hello(version: [9, 9])))),
            (
                "a session of 255 bytes",
                record(22, message(1, hello(session: [UInt8](repeating: 1, count: 255))))
            ),
            ("no suite", record(22, message(1, hello(suites: [])))),
            ("half a suite", record(22, message(1, hello(suites: [0xc0])))),
            ("unknown suites", record(22, message(1, hello(suites: [0xfa, 0xfa, 0, 0])))),
            (
                "thirty thousand suites",
                record(22, message(1, hello(suites: [UInt8](repeating: 0x2b, count: 15_000))))
            ),
            ("no compression method", record(22, message(1, hello(compressions: [])))),
            ("a compression method", record(22, message(1, hello(compressions: [1])))),
            ("no extensions", record(22, message(1, hello(extensions: nil)))),
            ("an extension that is too long", with([0, 16, 255, 255, 1])),
            ("an extension twice", with(points)),
            ("a name with a NUL", with(name(Array("a\0b".utf8)))),
            ("an empty name", with(name([]))),
            ("a name of 10,000 bytes", with(name([UInt8](repeating: 97, count: 10_000)))),
            ("a name of dots", with(name([UInt8](repeating: 46, count: 200)))),
            ("a wildcard as the name", with(name(Array("*.example".utf8)))),
            ("a list of names that is cut", with(`extension`(0, [0, 9, 0, 0, 50]))),
            ("an empty list of protocols", with(`extension`(16, [0, 0]))),
            ("an empty protocol", with(`extension`(16, vector([0])))),
            ("a protocol that is cut", with(`extension`(16, vector([9, 104])))),
            ("no signature scheme", record(22, message(1, hello(extensions: groups + points)))),
            (
                "an unknown group",
                record(
                    22,
                    message(1, hello(extensions: signatures + `extension`(10, vector([9, 9]))))
                )
            ),
            (
                "a bad key share",
                with(
                    `extension`(43, [2, 3, 4])
                        + `extension`(51, vector([0, 29] + vector([1, 2, 3])))
                )
            ),
            ("a ticket of garbage", with(`extension`(35, [UInt8](repeating: 9, count: 200)))),
            ("a hello, then an alert", record(22, good) + record(21, [2, 80])),
            ("a hello, then close_notify", record(22, good) + record(21, [1, 0])),
            ("a hello, then garbage", record(22, good) + [UInt8](repeating: 171, count: 300)),
            (
                "a hello, then HTTP",
                record(22, good) + Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            ),
            (
                "a hello, then a Finished",
                record(22, good) + record(22, message(20, [UInt8](repeating: 0, count: 12)))
            ),
            (
                "a hello, then data",
                record(22, good) + record(23, [UInt8](repeating: 1, count: 100))
            ),
        ]

        @Test(arguments: SecureSetup.classes)
        func survivesEachOfThem(settings: String) throws {
            #expect(Self.cases.count >= 40)
            let secure = try SecureSetup(settings + "\nheader_timeout = \"500ms\"")
            try secure.run { server in
                let workers = try server.waitForWorkers(1)
                let port = try #require(server.address.port)
                for (name, bytes) in Self.cases {
                    let client = try Client(.tcp(port: port))
                    // The server may have reset the connection before all is sent.
                    try? client.send(bytes)
                    let answer = try? client.readToEnd()
                    #expect((answer ?? []).count < 8000, "\(name)")
                    // A client that is late is as silent as one that means to be.
                    try wait(until: "an answer behind \(name)") {
                        (try? server.status(of: "/pid")) == 200
                    }
                }
                try #expect(server.waitForWorkers(1) == workers)
                #expect(server.count(.handshakeFailed) > 40)
            }
        }

        /// A hello that comes byte by byte is as good as another.
        @Test(arguments: SecureSetup.classes)
        func takesAHelloByteByByte(settings: String) throws {
            try SecureSetup(settings).run { server in
                let port = try #require(server.address.port)
                let client = try Client(.tcp(port: port))
                for byte in Self.record(22, Self.good) {
                    try client.send([byte])
                }
                // A ServerHello, since nothing is wrong.
                try #expect(client.read(upTo: 1) == [22])
                client.reset()
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// A thousand handshakes that were begun delay no other client for long.
        @Test(arguments: [
            "worker_class = \"event\"\nworker_connections = 2000", "worker_class = \"sync\"",
        ])
        func servesOthersBesideHalfHandshakes(settings: String) throws {
            let settings = """
                \(settings)
                header_timeout = "5s"
                limit_handshakes = 50
                """
            try SecureSetup(settings).run { server in
                let port = try #require(server.address.port)
                let clients = try (0..<1000).map { _ in
                    let client = try Client(.tcp(port: port))
                    try client.send(Self.record(22, Self.good))
                    return client
                }
                try #expect(server.status(of: "/pid") == 200)
                try server.waitForEvent(
                    .handshakeFailed,
                    ["reason": Containing("limit_handshakes")]
                )
                clients.forEach { $0.closeSocket() }
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// A client that lets its handshake rest delays no other one.
        @Test(arguments: SecureSetup.classes)
        func waitsForNoHandshake(settings: String) throws {
            try SecureSetup(settings + "\nheader_timeout = \"1h\"").run { server in
                let port = try #require(server.address.port)
                let clients = try (0..<3).map { _ in
                    let client = try Client(.tcp(port: port))
                    try client.send(Self.record(22, Self.good))
                    return client
                }
                // A ServerHello: the handshake is under way.
                for client in clients { try #expect(client.read(upTo: 1) == [22]) }
                for _ in 0..<3 { try #expect(server.status(of: "/pid") == 200) }
                clients.forEach { $0.closeSocket() }
            }
        }

        /// What breaks the protocol behind the handshake ends that connection alone.
        @Test(arguments: SecureSetup.classes)
        func survivesBrokenRecords(settings: String) throws {
            try SecureSetup(settings).run { server in
                let talk = try Conversation(server.address)
                if !settings.contains("sync") { try #expect(talk.ask("/pid").status == 200) }
                let bytes: [[UInt8]] = [
                    Self.record(23, [1, 2, 3], version: [3, 3]),
                    Self.record(21, [2, 80], version: [3, 3]),
                    Self.record(22, Self.good, version: [3, 3]),
                    Self.record(23, [UInt8](repeating: 1, count: 20_000), version: [3, 3]),
                    [],
                ]
                for bytes in bytes {
                    let client = try Client(server.address)
                    try client.sendRaw(bytes)
                    client.endSendingRaw()
                    _ = try? client.readToEnd()
                    try #expect(server.status(of: "/pid") == 200)
                }
                if !settings.contains("sync") { try #expect(talk.ask("/pid").status == 200) }
            }
        }

        /// An upgrade in the middle of a handshake lets it be completed by the old workers.
        @Test func completesHandshakesDuringAnUpgrade() throws {
            try SecureSetup(workers: 2).run { server in
                let load = Load(clients: 4, at: [server.address])
                try server.handOver(to: server.upgrade())
                let tally = load.stop()
                #expect(tally.faults.isEmpty, "\(tally.faults)")
            }
        }
    }
}
