import ForktailTestSupport
import Testing

@testable import ForktailConfiguration

@Suite struct AddressBlockTests {
    /// An address as a peer has it.
    private static func contains(_ block: AddressBlock, _ address: String) throws -> Bool {
        if address == "unix" { return block.contains(.unix) }
        if let address = IPv4Address(address) { return block.contains(.init(address, port: 1)) }
        return block.contains(.init(try #require(IPv6Address(address)), port: 1))
    }

    @Test(arguments: matches)
    func knowsItsPeers(_ text: String, inside: [String], outside: [String]) throws {
        let block = try AddressBlock(parsing: text)
        #expect(block.description == text)
        for address in inside {
            #expect(try Self.contains(block, address), "\(address)")
        }
        for address in outside {
            #expect(try !Self.contains(block, address), "\(address)")
        }
    }

    @Test(arguments: refused)
    func refuses(_ text: String, reason: String) {
        let refusal = #expect(throws: SettingRefusal.self) { try AddressBlock(parsing: text) }
        #expect(refusal?.reasons.map(\.text) == ["`\(text)` \(reason)"])
    }

    @Test(arguments: [
        ("::1", "0:0:0:0:0:0:0:1"), ("::1", "::1/128"), ("10.0.0.0/8", "::ffff:10.0.0.0/104"),
        ("127.0.0.1", "::ffff:7f00:1"), ("fd00::/8", "FD00::/8"),
    ])
    func isWhatItContains(_ one: String, _ other: String) throws {
        #expect(try AddressBlock(parsing: one) == AddressBlock(parsing: other))
        #expect(try AddressBlock(parsing: one) != AddressBlock(parsing: "*"))
    }

    /// A block of n bits contains an address where the first n bits are the same, and only there.
    @Test func comparesPrefixes() throws {
        for seed in Seed.counted(300) {
            var generator = SeededGenerator(seed: seed)
            let bits = Int.random(in: 0...32, using: &generator)
            let mask = bits == 0 ? 0 : UInt32.max << (32 - bits)
            let network = UInt32.random(in: 0...UInt32.max, using: &generator) & mask
            let octets = [24, 16, 8, 0].map { String(network >> $0 & 0xff) }
            let block = try AddressBlock(parsing: octets.joined(separator: ".") + "/\(bits)")
            for bit in 0..<32 {
                let address = network ^ (1 << bit)
                let note: Comment = "FORKTAIL_SEED=\(seed), bit \(bit) of \(block)"
                #expect(block.contains(.ipv4(address, port: 1)) == (bit < 32 - bits), note)
                let mapped = RemoteAddress.ipv6(
                    high: 0,
                    low: 0xffff << 32 | UInt64(address),
                    port: 1
                )
                #expect(block.contains(mapped) == (bit < 32 - bits), note)
            }
        }
    }
}

extension AddressBlockTests {
    static let matches: [(String, [String], [String])] = [
        ("*", ["0.0.0.0", "255.255.255.255", "::", "::1", "::ffff:1.2.3.4", "unix"], []),
        ("unix", ["unix"], ["0.0.0.0", "127.0.0.1", "::", "::1"]),
        ("127.0.0.1", ["127.0.0.1", "::ffff:127.0.0.1"], ["127.0.0.2", "::1", "unix"]),
        ("127.0.0.1/32", ["127.0.0.1"], ["127.0.0.0", "127.0.0.2"]),
        ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0", "::10"]),
        ("172.16.0.0/12", ["172.16.0.1", "172.31.255.255"], ["172.15.0.1", "172.32.0.0"]),
        ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127", "192.0.3.128"]),
        ("192.0.2.2/31", ["192.0.2.2", "192.0.2.3"], ["192.0.2.1", "192.0.2.4"]),
        ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255", "::ffff:1.1.1.1"], ["::", "::1", "unix"]),
        ("0.0.0.0", ["0.0.0.0"], ["0.0.0.1", "::"]),
        ("::1", ["::1"], ["::2", "::", "0.0.0.1", "127.0.0.1", "unix"]),
        ("::1/128", ["::1"], ["::", "::2"]),
        ("::", ["::"], ["::1", "0.0.0.0"]),
        ("::/0", ["::", "ffff::", "::1"], ["1.1.1.1", "::ffff:1.1.1.1", "unix"]),
        ("fd00::/8", ["fd00::1", "fdff:ffff::"], ["fc00::1", "fe00::", "10.0.0.1"]),
        ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db9::", "2001:db7::"]),
        ("2001:db8::/127", ["2001:db8::", "2001:db8::1"], ["2001:db8::2"]),
        ("2001:DB8:0:1::/64", ["2001:db8:0:1:2::3"], ["2001:db8:0:2::"]),
        ("::ffff:10.0.0.0/104", ["10.1.2.3", "::ffff:10.1.2.3"], ["11.0.0.0", "::10.1.2.3"]),
        ("::ffff:127.0.0.1", ["127.0.0.1"], ["127.0.0.2", "::1"]),
        ("::ffff:0:0/96", ["1.2.3.4", "::ffff:1.2.3.4"], ["::1"]),
    ]

    private static let noAddress = "is no address and no network"
    private static let noPrefix = "has no prefix length from 0 to"

    static let refused: [(String, String)] = [
        ("", noAddress), (" ", noAddress), ("localhost", noAddress), ("example.com", noAddress),
        ("1.2.3", noAddress), ("1.2.3.4.5", noAddress), ("1.2.3.256", noAddress),
        ("01.2.3.4", noAddress), ("1.2.3.4 ", noAddress), (" 1.2.3.4", noAddress),
        ("10/8", noAddress), ("10.*", noAddress), ("**", noAddress), ("*/0", noAddress),
        ("all", noAddress), ("/8", noAddress), (":", noAddress), (":::", noAddress),
        ("1::2::3", noAddress), ("12345::", noAddress), ("fe80::1%eth0", noAddress),
        ("1.2.3.4:80", noAddress), ("unix:", noAddress + ", did you mean `unix`?"),
        ("unx", noAddress + ", did you mean `unix`?"),
        ("Unix", noAddress + ", did you mean `unix`?"), ("unix:/run/x", noAddress),
        ("[::1]", "must be without brackets"), ("[::1]/128", "must be without brackets"),
        ("1.2.3.4/", noPrefix + " 32"), ("1.2.3.4/33", noPrefix + " 32"),
        ("1.2.3.4/-1", noPrefix + " 32"), ("1.2.3.4/+8", noPrefix + " 32"),
        ("1.2.3.4/08", noPrefix + " 32"), ("1.2.3.4/x", noPrefix + " 32"),
        ("1.2.3.4/8/8", noPrefix + " 32"), ("10.0.0.0/255.0.0.0", noPrefix + " 32"),
        ("1.2.3.4/ 8", noPrefix + " 32"), ("1.2.3.4/99999999999999999999", noPrefix + " 32"),
        ("::1/129", noPrefix + " 128"), ("::1/", noPrefix + " 128"), ("::/000", noPrefix + " 128"),
        ("10.0.0.1/8", "has address bits behind its prefix of 8"),
        ("1.2.3.4/0", "has address bits behind its prefix of 0"),
        ("1.2.3.5/31", "has address bits behind its prefix of 31"),
        ("::1/127", "has address bits behind its prefix of 127"),
        ("::1/0", "has address bits behind its prefix of 0"),
        ("2001:db8:1::/32", "has address bits behind its prefix of 32"),
        ("::ffff:10.0.0.1/104", "has address bits behind its prefix of 104"),
    ]
}
