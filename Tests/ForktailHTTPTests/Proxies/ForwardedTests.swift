import ForktailTestSupport
import Testing

@_spi(inlined) @testable import ForktailHTTP

/// Whose request it is behind proxies: RFC 7239 and the X-Forwarded fields.
///
/// The proxies of the tests have the addresses 10.x.x.x and fd00::/8, and a Unix-domain socket.
struct ForwardedTests {
    /// What the fields say: the client and the scheme, or the fault.
    enum Outcome: Equatable {
        case client(String, scheme: String, host: String?)
        case refused(RequestFault)
    }

    static func isProxy(_ address: RemoteAddress) -> Bool {
        switch address {
        case .ipv4(let address, _): address >> 24 == 10
        case .ipv6(let high, _, _): high >> 56 == 0xfd
        case .unix: true
        }
    }

    static func outcome(
        of lines: [String],
        from peer: RemoteAddress = .ipv4(0x0a00_0001, port: 99)
    ) throws -> Outcome {
        let text = "GET / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        return try outcome(of: Array(text.utf8), from: peer)
    }

    static func outcome(of bytes: [UInt8], from peer: RemoteAddress) throws -> Outcome {
        let storage = RequestStorage(capacity: 0)
        storage.reset(for: peer, behind: peer)
        storage.bytes.append(bytes.span)
        var parser = RequestHeadParser(limits: RequestLimits())
        guard try parser.parse(bytes.span, into: &storage.head) else { throw Unfinished() }
        do throws(RequestFault) {
            try storage.takeForwardedFields(isTrusted: isProxy)
        } catch {
            return .refused(error)
        }
        let request = Request(storage, body: .empty)
        #expect(request.authority == "a")
        return .client(
            "\(request.remoteAddress)",
            scheme: request.scheme,
            host: request.forwardedHost
        )
    }

    struct Unfinished: Error {}

    @Test(arguments: clients)
    func findsTheClient(_ lines: [String], client: String) throws {
        let expected = Outcome.client(client, scheme: "http", host: nil)
        #expect(try Self.outcome(of: lines) == expected)
    }

    @Test(arguments: schemes)
    func findsTheScheme(_ lines: [String], scheme: String) throws {
        let outcome = try Self.outcome(of: lines)
        guard case .client(_, let found, nil) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(found == scheme)
    }

    @Test(arguments: hosts)
    func findsTheHost(_ lines: [String], host: String?) throws {
        let outcome = try Self.outcome(of: lines)
        guard case .client(_, "http", let found) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(found == host)
    }

    @Test(arguments: malformed)
    func refusesMalformedForwarded(_ value: String) throws {
        let refused = Outcome.refused(.malformedForwarded)
        #expect(try Self.outcome(of: ["Forwarded: \(value)"]) == refused)
        #expect(try Self.outcome(of: ["Forwarded: for=1.1.1.1", "Forwarded: \(value)"]) == refused)
    }

    @Test(arguments: faults)
    func refuses(_ lines: [String], fault: RequestFault) throws {
        #expect(try Self.outcome(of: lines) == .refused(fault))
    }

    /// The fields of a peer that is no proxy are ignored, even malformed ones.
    @Test(arguments: clients.map(\.0) + schemes.map(\.0) + hosts.map(\.0) + faults.map(\.0))
    func listensToProxiesOnly(_ lines: [String]) throws {
        for peer in [
            RemoteAddress.ipv4(0xc000_0201, port: 5), .ipv6(high: 0, low: 1, port: 6),
        ] {
            let expected = Outcome.client("\(peer)", scheme: "http", host: nil)
            #expect(try Self.outcome(of: lines, from: peer) == expected)
        }
    }

    @Test func startsAtAnyTrustedPeer() throws {
        let expected = Outcome.client("1.1.1.1", scheme: "http", host: nil)
        for peer in [RemoteAddress.unix, .ipv6(high: 0xfd << 56, low: 1, port: 1)] {
            #expect(try Self.outcome(of: ["X-Forwarded-For: 1.1.1.1"], from: peer) == expected)
        }
    }

    @Test func forgetsTheClientBeforeTheNextRequest() {
        let storage = RequestStorage(capacity: 0)
        storage.isSecure = true
        storage.forwardedHost = "b"
        storage.bytes.append(1)
        storage.reset(for: .ipv4(1, port: 2), behind: .ipv4(1, port: 2))
        #expect(!storage.isSecure)
        #expect(storage.forwardedHost == nil)
        #expect(storage.bytes.count == 0)
        #expect(storage.remoteAddress == .ipv4(1, port: 2))
    }

    /// However the elements of a list are spread over field lines, they say the same.
    @Test func joinsFieldLines() throws {
        for round in 0..<300 {
            var generator = SeededGenerator(seed: Seed.current &+ UInt64(round))
            let nodes = (0...Int.random(in: 0...5, using: &generator)).map { _ in
                Self.nodes.randomElement(using: &generator) ?? "1.1.1.1"
            }
            for (name, elements) in [
                ("X-Forwarded-For", nodes), ("Forwarded", nodes.map { "for=\"\($0)\"" }),
            ] {
                let whole = try Self.outcome(of: ["\(name): \(elements.joined(separator: ","))"])
                let each = try Self.outcome(of: elements.map { "\(name): \($0)" })
                #expect(whole == each, "round \(round), \(Seed.note): \(elements)")
            }
        }
    }

    /// A client that is no proxy can't change its address by elements that it sends.
    @Test func ignoresForgedElements() throws {
        let expected = Outcome.client("203.0.113.9", scheme: "http", host: nil)
        for round in 0..<500 {
            var generator = SeededGenerator(seed: Seed.current &+ UInt64(round))
            let forged = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                (Self.nodes + ["", "x y", "\"", "for=1.1.1.1"]).randomElement(using: &generator)
                    ?? ""
            }
            let line = "X-Forwarded-For: \((forged + ["203.0.113.9"]).joined(separator: ", "))"
            let note: Comment = "round \(round), \(Seed.note): \(line)"
            #expect(try Self.outcome(of: [line]) == expected, note)
            #expect(try Self.outcome(of: [line + ", 10.0.0.2"]) == expected, note)
        }
    }

    @Test func survivesMutants() throws {
        var refused = 0
        for round in 0..<4000 {
            var generator = SeededGenerator(seed: Seed.current &+ UInt64(round))
            let lines = (Self.clients + Self.schemes).randomElement(using: &generator)?.0 ?? []
            var bytes = Array((["X: y"] + lines).joined(separator: "\r\n").utf8)
            for _ in 0...2 {
                let place = Int.random(in: bytes.indices, using: &generator)
                let byte = Array("\",;=:[]._ \\f1".utf8).randomElement(using: &generator) ?? 0x22
                if Bool.random(using: &generator) { bytes[place] = byte }
                if Bool.random(using: &generator) { bytes.insert(byte, at: place) }
            }
            let head = Array("GET / HTTP/1.1\r\nHost: a\r\n".utf8) + bytes
            let outcome = try? Self.outcome(
                of: head + Array("\r\n\r\n".utf8),
                from: .ipv4(0x0a00_0001, port: 99)
            )
            if case .refused = outcome { refused += 1 }
        }
        #expect(refused > 200, Comment(rawValue: Seed.note))
    }
}
