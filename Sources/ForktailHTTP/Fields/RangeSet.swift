/// The ranges of bytes that a Range field asks for, RFC 9110 section 14.1.2.
struct RangeSet {
    /// One of them.
    private enum Spec {
        /// From a place on, up to and with another; nil: to the end.
        case from(UInt64, through: UInt64?)
        /// That many bytes at the end.
        case suffix(UInt64)
    }

    private let specs: [Spec]

    /// More ranges than that are taken for an attack, section 17.15.
    private static let mostRanges = 64
    /// More ranges that overlap an earlier one than that are, too, section 14.2.
    private static let mostOverlaps = 2

    /// Reads a field's value; nil where it is malformed, of another unit, or has too many ranges.
    init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let elements = String(parts[1]).listElements()
        guard !elements.isEmpty, elements.count <= Self.mostRanges else { return nil }
        let specs = elements.compactMap(Self.spec)
        guard specs.count == elements.count else { return nil }
        self.specs = specs
    }

    /// What the ranges mean for a representation of `length` bytes.
    func resolve(length: UInt64) -> RequestedRanges {
        // Content-Range can't name an empty part, and nginx's slices take no 416 for an empty file.
        guard length > 0 else { return .whole }
        let parts = specs.compactMap { Self.range($0, of: length) }
        guard !parts.isEmpty else { return .unsatisfiable }
        return Self.isAbusive(parts, of: length) ? .whole : .parts(parts)
    }

    private static func spec(_ text: String) -> Spec? {
        guard let dash = text.firstIndex(of: "-") else { return nil }
        let first = text[..<dash]
        let last = text[text.index(after: dash)...]
        if first.isEmpty { return number(last).map { .suffix($0) } }
        guard let start = number(first) else { return nil }
        if last.isEmpty { return .from(start, through: nil) }
        guard let end = number(last), end >= start else { return nil }
        return .from(start, through: end)
    }

    /// A number of digits alone; one that is too large stands for the largest.
    private static func number(_ digits: Substring) -> UInt64? {
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit) else { return nil }
        return UInt64(digits: String(digits)) ?? .max
    }

    /// The range in a representation; nil where it is not satisfiable.
    private static func range(_ spec: Spec, of length: UInt64) -> Range<UInt64>? {
        switch spec {
        case .suffix(let count):
            return count == 0 ? nil : (length - min(count, length))..<length
        case .from(let first, let last):
            guard first < length else { return nil }
            return first..<(min(last ?? .max, length - 1) + 1)
        }
    }

    /// Whether sending the parts would be more work than sending the whole.
    private static func isAbusive(_ parts: [Range<UInt64>], of length: UInt64) -> Bool {
        var end: UInt64 = 0
        var overlaps = 0
        var rest = length
        for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let size = part.upperBound - part.lowerBound
            guard size <= rest else { return true }
            rest -= size
            if part.lowerBound < end { overlaps += 1 }
            end = max(end, part.upperBound)
        }
        return overlaps > mostOverlaps
    }
}
