import Testing

@testable import ForktailHTTP

/// Version 2 of the PROXY protocol, section 2.2 of its specification.
struct ProxyBlockTests {
    private typealias Maker = ProxyBlockMaker

    @Test(arguments: accepted)
    func takesAddresses(_ family: UInt8, payload: [UInt8], client: String) {
        for vectors in [[], Maker.vector(4, []), Maker.vector(0xee, Maker.zeros(700))] {
            let bytes = Maker(family: family, payload: payload + vectors).bytes
            for version in [nil, ProxyHeader.Version.v2] {
                let header = proxyOutcome(of: bytes + [0x47], version: version).header
                #expect(header?.source?.description == client)
                #expect(header?.length == bytes.count)
                #expect(header?.isSecure == false)
            }
        }
    }

    @Test(arguments: withoutAddress)
    func tellsNoAddress(_ command: UInt8, family: UInt8, payload: [UInt8]) {
        let bytes = Maker(command: command, family: family, payload: payload).bytes
        let expected = ProxyOutcome.complete(ProxyHeader(length: bytes.count))
        #expect(proxyOutcome(of: bytes + [0x47, 0x45]) == expected)
    }

    @Test(arguments: [
        (UInt8(0x01), ProxyFault.unknownBinaryVersion), (0x11, .unknownBinaryVersion),
        (0x31, .unknownBinaryVersion), (0xf1, .unknownBinaryVersion),
        (0x00, .unknownBinaryVersion), (0xff, .unknownBinaryVersion), (0x22, .unknownCommand),
        (0x23, .unknownCommand), (0x2f, .unknownCommand),
    ])
    func refusesCommands(_ command: UInt8, fault: ProxyFault) {
        #expect(proxyOutcome(of: Maker(command: command).bytes) == .refused(fault))
        #expect(proxyOutcome(of: Maker.signature + [command]) == .refused(fault))
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func refusesFamiliesThatAreNotSpecified(_ family: UInt8) {
        let known: Set<UInt8> = [0x00, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32]
        let bytes = Maker(family: family, payload: Maker.zeros(216)).bytes
        #expect((parseProxy(bytes).header != nil) == known.contains(family))
        if !known.contains(family) {
            #expect(proxyOutcome(of: bytes) == .refused(.unknownFamily))
        }
    }

    @Test(arguments: [
        (UInt8(0x11), 0), (0x11, 1), (0x11, 11), (0x12, 11), (0x21, 0), (0x21, 12), (0x21, 35),
        (0x22, 35), (0x31, 0), (0x31, 108), (0x31, 215), (0x32, 215),
    ])
    func refusesCutAddresses(_ family: UInt8, length: Int) {
        let bytes = Maker(family: family, payload: Maker.zeros(length)).bytes
        #expect(proxyOutcome(of: bytes) == .refused(.addressesCut))
        #expect(proxyOutcome(of: bytes + Maker.zeros(300)) == .refused(.addressesCut))
    }

    @Test(arguments: malformedVectors)
    func refusesVectors(_ vectors: [UInt8]) {
        for (family, addresses) in [(UInt8(0x11), Maker.ipv4), (0x21, Maker.ipv6)] {
            let bytes = Maker(family: family, payload: addresses + vectors).bytes
            #expect(proxyOutcome(of: bytes) == .refused(.malformedVector))
        }
    }

    @Test(arguments: [
        (UInt8(0x01), true), (0x07, true), (0x00, false), (0x02, false), (0x04, false),
    ])
    func learnsOfTLS(_ flags: UInt8, isSecure: Bool) {
        let version = Maker.vector(0x21, Array("TLSv1.3".utf8))
        let vectors =
            Maker.vector(1, Array("h2".utf8))
            + Maker.vector(0x20, [flags, 0, 0, 0, 0] + version) + Maker.vector(4, [0, 0])
        let bytes = Maker(payload: Maker.ipv4 + vectors).bytes
        #expect(proxyOutcome(of: bytes).header?.isSecure == isSecure)
    }

    @Test func checksTheChecksum() {
        #expect(proxyOutcome(of: Maker().withChecksum()).header?.source?.port == 4711)
        for bit in 0..<32 {
            let bytes = Maker().withChecksum(changedBy: 1 << bit)
            #expect(proxyOutcome(of: bytes) == .refused(.wrongChecksum))
        }
        var bytes = Maker().withChecksum()
        bytes[16] ^= 1
        #expect(proxyOutcome(of: bytes) == .refused(.wrongChecksum))
    }

    @Test(arguments: checksums)
    func computesChecksums(_ bytes: [UInt8], sum: UInt32) {
        #expect(CRC32C.checksum(of: bytes.span, asZero: 0..<0) == sum)
    }

    @Test func waitsForTheWholeHeader() {
        let bytes = Maker(family: 0x21, payload: Maker.ipv6 + Maker.vector(2, [1])).bytes
        for count in 0..<bytes.count {
            #expect(parseProxy(Array(bytes.prefix(count))) == .incomplete)
        }
        let longest = Maker(payload: Maker.ipv4 + Maker.vector(0xe0, Maker.zeros(65_520))).bytes
        #expect(longest.count == 16 + 65_535)
        #expect(parseProxy(longest).header?.length == longest.count)
        #expect(parseProxy(longest.dropLast()) == .incomplete)
    }

    @Test func takesTheOtherVersionForAFault() {
        #expect(proxyOutcome(of: Maker().bytes, version: .v1) == .refused(.unexpectedVersion))
    }

    @Test(arguments: 0..<12)
    func tellsAbsenceFromTheBeginning(_ place: Int) {
        var bytes = Maker().bytes
        bytes[place] ^= 0x20
        #expect(proxyOutcome(of: bytes) == .absent)
        #expect(proxyOutcome(of: Array(Maker.signature.prefix(place))) == .incomplete)
        #expect(proxyOutcome(of: "\r\nGET / HTTP/1.1\r\n") == .absent)
    }

    static let accepted: [(UInt8, [UInt8], String)] = [
        // family and transport, addresses, the client
        (UInt8(0x11), ProxyBlockMaker.ipv4, "192.0.2.1:4711"),
        (0x12, ProxyBlockMaker.ipv4, "192.0.2.1:4711"),
        (0x21, ProxyBlockMaker.ipv6, "[2001:db8::1]:4711"),
        (0x22, ProxyBlockMaker.ipv6, "[2001:db8::1]:4711"),
        (0x31, ProxyBlockMaker.unix, "unix"),
        (0x32, ProxyBlockMaker.unix, "unix"),
        (0x11, ProxyBlockMaker.zeros(12), "0.0.0.0"),
        (0x11, Array(repeating: 0xff, count: 12), "255.255.255.255:65535"),
        (0x21, ProxyBlockMaker.zeros(36), "::"),
        (
            0x21, Array(repeating: 0xff, count: 36),
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"
        ),
    ]

    static let withoutAddress: [(UInt8, UInt8, [UInt8])] = [
        // command, family, payload: the connection's own addresses hold
        (UInt8(0x20), UInt8(0x00), [UInt8]()),
        (0x20, 0x11, ProxyBlockMaker.ipv4),
        (0x20, 0x11, [1, 2, 3]),
        (0x20, 0xff, [9]),
        (0x20, 0x21, []),
        (0x21, 0x00, []),
        (0x21, 0x00, [1, 2, 3, 4]),
        (0x21, 0x00, ProxyBlockMaker.zeros(2000)),
    ]

    static let checksums: [([UInt8], UInt32)] = [
        // RFC 3720 appendix B.4
        (Array(repeating: UInt8(0), count: 32), UInt32(0x8a91_36aa)),
        (Array(repeating: 0xff, count: 32), 0x62a8_ab43),
        (Array(0..<32), 0x46dd_794e),
        (Array("123456789".utf8), 0xe306_9283),
    ]

    static let malformedVectors: [[UInt8]] = [
        [1], [1, 0], [1, 0, 1], [1, 0, 2, 0], [1, 0xff, 0xff], [4, 0, 0, 9], [4, 0, 0, 9, 0],
        [4, 0, 1, 0, 9, 0, 1], [3, 0, 0], [3, 0, 3, 0, 0, 0], [3, 0, 5, 0, 0, 0, 0, 0],
        [0x20, 0, 0], [0x20, 0, 4, 1, 0, 0, 0],
    ]
}
