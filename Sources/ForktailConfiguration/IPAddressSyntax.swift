/// The textual forms of IP addresses.
enum IPAddressSyntax {
    /// Returns whether a text is an IPv4 address: four decimal numbers up to 255.
    static func isIPv4(_ text: some StringProtocol) -> Bool {
        let parts = text.utf8.split(separator: ascii("."), omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { isOctet(Array($0)) }
    }

    private static func isOctet(_ digits: [UInt8]) -> Bool {
        guard (1...3).contains(digits.count), digits.allSatisfy(\.isDigit) else { return false }
        guard digits.count == 1 || digits[0] != ascii("0") else { return false }
        return digits.reduce(0) { $0 * 10 + Int($1 - ascii("0")) } <= 255
    }

    /// Returns whether a text is an IPv6 address in a form of RFC 4291, section 2.2, with the zone
    /// of RFC 4007 if there is one.
    static func isIPv6(_ text: String) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first else { return false }
        guard parts.count == 1 || isZone(parts[1]) else { return false }
        return isUnzonedIPv6(address)
    }

    private static func isZone(_ zone: Substring) -> Bool {
        !zone.isEmpty && zone.utf8.allSatisfy { $0.isBareKeyByte || $0 == ascii(".") }
    }

    private static func isUnzonedIPv6(_ address: Substring) -> Bool {
        let halves = split(address, at: "::")
        guard halves.count <= 2 else { return false }
        let counts = halves.indices.map { index in
            groupCount(halves[index], endsAddress: index == halves.count - 1)
        }
        guard let first = counts[0] else { return false }
        guard counts.count == 2 else { return first == 8 }
        return counts[1].map { first + $0 <= 7 } ?? false
    }

    /// Returns the 16-bit groups of a part of an address, or `nil` where it is malformed.
    private static func groupCount(_ part: String, endsAddress: Bool) -> Int? {
        guard !part.isEmpty else { return 0 }
        let groups = part.split(separator: ":", omittingEmptySubsequences: false)
        let hasIPv4 = endsAddress && groups.last.map { isIPv4($0) } == true
        let plain = hasIPv4 ? groups.dropLast() : groups[...]
        guard plain.allSatisfy(isGroup) else { return nil }
        return groups.count + (hasIPv4 ? 1 : 0)
    }

    private static func isGroup(_ group: Substring) -> Bool {
        (1...4).contains(group.utf8.count)
            && group.utf8.allSatisfy { $0.digit(radix: 16) != nil }
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
