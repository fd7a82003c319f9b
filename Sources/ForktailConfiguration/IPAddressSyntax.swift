/// The textual forms of IP addresses.
enum IPAddressSyntax {
    /// Returns the IPv4 address that a text writes: four decimal numbers up to 255; `nil` where it
    /// writes none.
    static func ipv4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.utf8.split(separator: ascii("."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard let octet = octet(Array(part)) else { return nil }
            address = address << 8 | octet
        }
        return address
    }

    private static func octet(_ digits: [UInt8]) -> UInt32? {
        guard (1...3).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        guard digits.count == 1 || digits[0] != ascii("0") else { return nil }
        let value = digits.reduce(0) { $0 * 10 + UInt32($1 - ascii("0")) }
        return value <= 255 ? value : nil
    }

    /// Returns whether a text is an IPv6 address in a form of RFC 4291, section 2.2, with the zone
    /// of RFC 4007 if there is one.
    static func isIPv6(_ text: String) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first else { return false }
        guard parts.count == 1 || isZone(parts[1]) else { return false }
        return ipv6(address) != nil
    }

    private static func isZone(_ zone: Substring) -> Bool {
        !zone.isEmpty && zone.utf8.allSatisfy { $0.isBareKeyByte || $0 == ascii(".") }
    }

    /// Returns the IPv6 address that a text writes in a form of RFC 4291, section 2.2; `nil` where
    /// it writes none.
    static func ipv6(_ text: Substring) -> UInt128? {
        let halves = split(text, at: "::")
        guard halves.count <= 2 else { return nil }
        guard let front = groups(halves[0], endsAddress: halves.count == 1) else { return nil }
        guard halves.count == 2 else { return front.count == 8 ? number(front) : nil }
        guard let back = groups(halves[1], endsAddress: true) else { return nil }
        let gap = 8 - front.count - back.count
        return gap >= 1 ? number(front + Array(repeating: 0, count: gap) + back) : nil
    }

    private static func number(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// Returns the 16-bit groups of a part of an address, or `nil` where it is malformed.
    private static func groups(_ part: String, endsAddress: Bool) -> [UInt16]? {
        guard !part.isEmpty else { return [] }
        var groups: [UInt16] = []
        let texts = part.split(separator: ":", omittingEmptySubsequences: false)
        for (index, text) in texts.enumerated() {
            if endsAddress, index == texts.count - 1, let address = ipv4(text) {
                groups += [UInt16(address >> 16), UInt16(address & 0xffff)]
            } else {
                guard let group = group(text) else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func group(_ text: Substring) -> UInt16? {
        guard (1...4).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0.digit(radix: 16) != nil })
        else { return nil }
        return UInt16(text, radix: 16)
    }

    /// Splits a text at each `::`.
    private static func split(_ text: Substring, at separator: String) -> [String] {
        var parts = [""]
        var rest = text
        while let character = rest.first {
            if rest.hasPrefix(separator) {
                parts.append("")
                rest = rest.dropFirst(separator.count)
            } else {
                parts[parts.count - 1].append(character)
                rest = rest.dropFirst()
            }
        }
        return parts
    }
}
