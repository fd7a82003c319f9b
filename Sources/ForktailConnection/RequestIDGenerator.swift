/// The ids of requests: 128 random bits, as 32 hexadecimal digits.
///
/// They are unique, not secret. Each generator has a seed of its own, so that the workers, which are
/// forked from one process, make different ones.
struct RequestIDGenerator {
    private var state: (UInt64, UInt64)

    init(randomNumber: () -> UInt64) {
        // The generator needs a bit that is set.
        state = (randomNumber() | 1, randomNumber())
    }

    /// Returns the next id.
    mutating func next() -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(32)
        for _ in 0..<2 {
            let number = nextNumber()
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 0xf
                digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The generator xoroshiro128++ of David Blackman and Sebastiano Vigna.
    private mutating func nextNumber() -> UInt64 {
        let (first, second) = state
        let result = Self.rotate(first &+ second, by: 17) &+ first
        let mixed = first ^ second
        state = (Self.rotate(first, by: 49) ^ mixed ^ mixed << 21, Self.rotate(mixed, by: 28))
        return result
    }

    private static func rotate(_ number: UInt64, by count: UInt64) -> UInt64 {
        number << count | number >> (64 - count)
    }

    /// Whether an id that a peer has sent can stand in logs and in a field.
    static func accepts(_ id: String) -> Bool {
        let bytes = id.utf8
        return (1...128).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: "-_.+=/:".utf8.contains(byte)
                }
            }
    }
}
