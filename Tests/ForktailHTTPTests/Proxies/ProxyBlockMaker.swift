@testable import ForktailHTTP

/// Makes binary PROXY headers for tests.
struct ProxyBlockMaker {
    var command: UInt8 = 0x21
    var family: UInt8 = 0x11
    var payload: [UInt8] = ipv4
    /// The length that the header claims, where it isn't the true one.
    var length: Int?

    static let signature: [UInt8] = [
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
    ]
    /// 192.0.2.1:4711 to 192.0.2.2:80.
    static let ipv4: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2, 0x12, 0x67, 0, 80]
    /// [2001:db8::1]:4711 to [2001:db8::2]:80.
    static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0d, 0xb8] + zeros(11) + [1] + [0x20, 0x01, 0x0d, 0xb8] + zeros(11) + [2]
        + [0x12, 0x67, 0, 80]
    /// /a to /b.
    static let unix: [UInt8] = Array("/a".utf8) + zeros(106) + Array("/b".utf8) + zeros(106)

    static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

    /// A vector of a type and a value.
    static func vector(_ type: UInt8, _ value: [UInt8]) -> [UInt8] {
        [type, UInt8(value.count >> 8), UInt8(value.count & 0xff)] + value
    }

    var bytes: [UInt8] {
        let length = length ?? payload.count
        return Self.signature + [command, family, UInt8(length >> 8), UInt8(length & 0xff)]
            + payload
    }

    /// The header with a vector behind it that holds its checksum, or something else.
    func withChecksum(changedBy change: UInt32 = 0) -> [UInt8] {
        var maker = self
        maker.payload += Self.vector(3, Self.zeros(4))
        let bytes = maker.bytes
        let place = bytes.count - 4..<bytes.count
        let sum = CRC32C.checksum(of: bytes.span, asZero: place) ^ change
        return bytes.dropLast(4) + [24, 16, 8, 0].map { UInt8(sum >> $0 & 0xff) }
    }
}
