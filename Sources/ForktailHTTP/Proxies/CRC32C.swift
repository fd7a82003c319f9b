/// The checksum of RFC 9260 appendix A, with the polynomial 0x1EDC6F41.
enum CRC32C {
    /// The polynomial with its bits in the order in which the bytes have theirs.
    private static let polynomial: UInt32 = 0x82f6_3b78

    /// The checksum of `bytes`, of which those in `blank` count as zero.
    static func checksum(of bytes: Span<UInt8>, asZero blank: Range<Int>) -> UInt32 {
        var sum = UInt32.max
        for index in bytes.indices {
            sum ^= blank.contains(index) ? 0 : UInt32(bytes[index])
            for _ in 0..<8 {
                sum = sum & 1 == 1 ? sum >> 1 ^ polynomial : sum >> 1
            }
        }
        return ~sum
    }
}
