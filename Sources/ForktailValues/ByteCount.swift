/// A number of bytes as people write and read it.
package struct ByteCount: Hashable, Sendable {
    /// The number.
    package let bytes: UInt64

    /// Makes the count of that many bytes.
    package init(_ bytes: UInt64) {
        self.bytes = bytes
    }

    /// The units with their sizes, from the smallest to the largest.
    package static let units: [(name: String, bytes: UInt64)] = [
        ("B", 1),
        ("kB", 1000), ("KiB", 1 << 10),
        ("MB", 1_000_000), ("MiB", 1 << 20),
        ("GB", 1_000_000_000), ("GiB", 1 << 30),
        ("TB", 1_000_000_000_000), ("TiB", 1 << 40),
    ]

    private static let binaryUnits = units.filter { $0.name.hasSuffix("iB") }

    /// The exact number, in the largest binary unit that divides it: `64KiB`, `1000`.
    package var exact: String {
        guard bytes > 0, let unit = Self.binaryUnits.last(where: { bytes.isMultiple(of: $0.bytes) })
        else { return String(bytes) }
        return "\(bytes / unit.bytes)\(unit.name)"
    }

    /// Two or three digits, rounded down: `999 B`, `1.4 KiB`, `12 MiB`.
    package var rounded: String {
        guard let unit = Self.binaryUnits.last(where: { bytes >= $0.bytes }) else {
            return "\(bytes) B"
        }
        let (whole, tenths) = (bytes / unit.bytes, bytes % unit.bytes * 10 / unit.bytes)
        return whole < 10 ? "\(whole).\(tenths) \(unit.name)" : "\(whole) \(unit.name)"
    }
}
