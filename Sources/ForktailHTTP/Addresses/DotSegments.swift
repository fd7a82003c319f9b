/// The `.` and `..` segments of a path, RFC 3986 section 5.2.4.
enum DotSegments {
    /// The path, which starts with a slash, without its dot segments.
    static func resolve(_ path: [UInt8]) -> [UInt8] {
        guard path.contains(UInt8(ascii: ".")) else { return path }
        var resolved: [UInt8] = []
        resolved.reserveCapacity(path.count)
        let segments = path.dropFirst().split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        for (index, segment) in segments.enumerated() {
            append(segment, isLast: index == segments.count - 1, to: &resolved)
        }
        return resolved
    }

    private static func append(
        _ segment: ArraySlice<UInt8>,
        isLast: Bool,
        to resolved: inout [UInt8]
    ) {
        switch (segment.count, segment.allSatisfy { $0 == UInt8(ascii: ".") }) {
        case (1, true):
            if isLast { resolved.append(UInt8(ascii: "/")) }
        case (2, true):
            removeLastSegment(of: &resolved)
            if isLast { resolved.append(UInt8(ascii: "/")) }
        default:
            resolved.append(UInt8(ascii: "/"))
            resolved.append(contentsOf: segment)
        }
    }

    private static func removeLastSegment(of path: inout [UInt8]) {
        let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
        path.removeSubrange(slash...)
    }
}
