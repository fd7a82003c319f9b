/// The grammar of `uri-host [ ":" port ]`, RFC 9110 section 7.2 and RFC 3986 section 3.2.
enum Authority {
    /// Says whether the bytes in `range` are a host that is not empty and perhaps a port.
    ///
    /// - Parameters:
    ///   - range: what to check.
    ///   - bytes: what `range` lies in.
    ///   - needsPort: whether a port from 1 on must be there, as CONNECT demands.
    /// - Returns: whether they are.
    static func isValid(
        _ range: Range<Int>,
        of bytes: Span<UInt8>,
        needsPort: Bool = false
    ) -> Bool {
        guard let hostEnd = hostEnd(of: range, in: bytes), hostEnd > range.lowerBound else {
            return false
        }
        guard hostEnd < range.upperBound else { return !needsPort }
        guard bytes[hostEnd] == UInt8(ascii: ":") else { return false }
        return isPort((hostEnd + 1)..<range.upperBound, of: bytes, mustBeThere: needsPort)
    }

    /// Where a valid host ends.
    private static func hostEnd(of range: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        guard !range.isEmpty else { return nil }
        guard bytes[range.lowerBound] == UInt8(ascii: "[") else {
            return registeredNameEnd(of: range, in: bytes)
        }
        guard let close = bytes.firstIndex(of: UInt8(ascii: "]"), in: range) else { return nil }
        let literal = (range.lowerBound + 1)..<close
        return IPLiteral.isValid(literal, of: bytes) ? close + 1 : nil
    }

    /// The end of `reg-name`, of which an IPv4 address is a special case.
    private static func registeredNameEnd(of range: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        var index = range.lowerBound
        while true {
            index = bytes.endOfRun(of: .registeredName, from: index, to: range.upperBound)
            guard index < range.upperBound, bytes[index] == UInt8(ascii: "%") else { return index }
            guard PercentCoding.escape(at: index, in: range, of: bytes) != nil else { return nil }
            index += 3
        }
    }

    private static func isPort(
        _ range: Range<Int>,
        of bytes: Span<UInt8>,
        mustBeThere: Bool
    ) -> Bool {
        var port: UInt32 = 0
        let digits = bytes.extracting(range)
        for index in digits.indices {
            let digit = digits[index] &- 0x30
            guard digit <= 9 else { return false }
            port = port &* 10 &+ UInt32(digit)
            guard port <= 65_535 else { return false }
        }
        return !mustBeThere || port > 0
    }
}
