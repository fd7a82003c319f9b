import ForktailValues
import Testing

/// Addresses as text, in both directions: RFC 4291 section 2.2 and RFC 5952.
@Suite struct IPAddressTests {
    @Test(
        arguments: [
            ("0.0.0.0", 0), ("192.0.2.1", 0xc000_0201), ("255.255.255.255", 0xffff_ffff),
        ] as [(String, UInt32)]
    )
    func parsesIPv4(text: String, number: UInt32) throws {
        let address = try #require(IPv4Address(text))
        #expect(address.rawValue == number)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", ".", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5", "1..2.3", "01.2.3.4",
        "1.2.3.04", "1.2.3.256", "1.2.3.1000", "1.2.3.-4", "1.2.3.4 ", " 1.2.3.4", "a.b.c.d",
        "1.2.3.٤", "1.2.3.4/8", "0x1.2.3.4",
    ])
    func refusesAsIPv4(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test(arguments: [
        ("::", "::"), ("0:0:0:0:0:0:0:0", "::"), ("::1", "::1"), ("1::", "1::"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("::ffff:1.2.3.4", "::ffff:1.2.3.4"), ("::ffff:102:304", "::ffff:1.2.3.4"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("0001::000a", "1::a"),
    ])
    func parsesIPv6(text: String, canonical: String) throws {
        #expect(try #require(IPv6Address(text)).description == canonical)
    }

    @Test(arguments: [
        "", ":", "1", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", ":::", "1:::2", "1::2::3",
        "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "1.2.3.4", "::1.2.3",
        "::1.2.3.4:5",
        "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::1%eth0", "[::1]", "::1 ", "1:2:3:4:5:6:7:",
    ])
    func refusesAsIPv6(text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test func findsTheIPv4AddressThatAMappedOneHolds() throws {
        #expect(IPv6Address("::ffff:10.0.0.1")?.mappedIPv4 == IPv4Address("10.0.0.1"))
        #expect(IPv6Address("::10.0.0.1")?.mappedIPv4 == nil)
        #expect(IPv6Address("1::ffff:a00:1")?.mappedIPv4 == nil)
    }

    /// Every address comes back from its own text.
    @Test func printsWhatItParses() {
        var number: UInt128 = 0x2545_f491_4f6c_dd1d
        for _ in 0..<2000 {
            // Groups of zeros are the interesting ones: about half of them are.
            number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let mask = (0..<8).reduce(UInt128(0)) { mask, group in
                number >> (100 + group) & 1 == 0 ? mask : mask | UInt128(0xffff) << (16 * group)
            }
            let address = IPv6Address(rawValue: (number ^ number << 61) & mask)
            #expect(IPv6Address(address.description) == address)
        }
    }
}
