import Testing

import ForktailValues

/// RFC 5952: addresses as text.
struct RemoteAddressTests {
    @Test(arguments: [
        (UInt64(0), UInt64(0), "::"),
        (0, 1, "::1"),
        (0x2001_0db8_0000_0000, 1, "2001:db8::1"),
        (0x2001_0db8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
        (0x2001_0000_0000_0001, 0x0000_0000_0000_0001, "2001:0:0:1::1"),
        (0x2001_0db8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
        (0x2001_0db8_aaaa_bbbb, 0xcccc_dddd_eeee_0000, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:0"),
        (0x0001_0000_0000_0000, 0, "1::"),
        (0xfe80_0000_0000_0000, 0x0202_b3ff_fe1e_8329, "fe80::202:b3ff:fe1e:8329"),
        (0, 0xffff_c000_0201, "::ffff:192.0.2.1"),
        (UInt64.max, UInt64.max, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ])
    func writesIPv6(_ high: UInt64, low: UInt64, text: String) {
        let address = RemoteAddress.ipv6(high: high, low: low, port: 443)
        #expect(address.host == text)
        #expect(Self.lentHost(of: address) == text)
        #expect(address.description == "[\(text)]:443")
        #expect(address.port == 443)
    }

    @Test(arguments: [
        (UInt32(0), "0.0.0.0"), (0xc000_0201, "192.0.2.1"), (0x0a63_6409, "10.99.100.9"),
        (.max, "255.255.255.255"),
    ])
    func writesIPv4(_ address: UInt32, text: String) {
        let remote = RemoteAddress.ipv4(address, port: 80)
        #expect(Self.lentHost(of: remote) == text)
        #expect(remote.host == text)
        #expect(remote.description == "\(text):80")
    }

    private static func lentHost(of address: RemoteAddress) -> String {
        var bytes: [UInt8] = []
        address.withHost { text in bytes = text.indices.map { text[$0] } }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func writesUnix() {
        #expect(Self.lentHost(of: .unix) == "unix")
        #expect(RemoteAddress.unix.description == "unix")
        #expect(RemoteAddress.unix.port == nil)
    }
}
