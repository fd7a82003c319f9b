extension AddressBlock {
    /// Reads a block: an address, `address/bits`, `unix` or `*`.
    ///
    /// A block of IPv4-mapped IPv6 addresses is one of IPv4 addresses.
    ///
    /// - Throws: `SettingRefusal` with the reason.
    package init(parsing text: String) throws(SettingRefusal) {
        description = text
        switch text {
        case "*": peers = .all
        case "unix": peers = .unix
        default: peers = try Self.network(text)
        }
    }

    private static func network(_ text: String) throws(SettingRefusal) -> Peers {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let address = parts.first ?? ""
        let prefix = parts.count == 2 ? parts[1] : nil
        if let address = IPv4Address(address) {
            let bits = try bits(prefix, of: 32, in: text)
            try requireZeros(UInt128(address.rawValue), behind: bits, of: 32, in: text)
            return .ipv4(address, bits: bits)
        }
        guard let address = IPv6Address(address) else { throw refusal(of: text) }
        let bits = try bits(prefix, of: 128, in: text)
        try requireZeros(address.rawValue, behind: bits, of: 128, in: text)
        guard let mapped = address.mappedIPv4, bits >= 96 else {
            return .ipv6(address, bits: bits)
        }
        return .ipv4(mapped, bits: bits - 96)
    }

    private static func bits(
        _ digits: Substring?,
        of width: Int,
        in text: String
    ) throws(SettingRefusal) -> Int {
        guard let digits else { return width }
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit),
            digits.utf8.count == 1 || digits.utf8.first != ascii("0"),
            let bits = Int(digits), bits <= width
        else { throw SettingRefusal("\(quoted(text)) has no prefix length from 0 to \(width)") }
        return bits
    }

    /// Refuses an address with bits that its prefix leaves out: it was meant to be another network,
    /// or a single address.
    private static func requireZeros(
        _ address: UInt128,
        behind bits: Int,
        of width: Int,
        in text: String
    ) throws(SettingRefusal) {
        guard address & ((UInt128(1) << (width - bits)) &- 1) == 0 else {
            throw SettingRefusal("\(quoted(text)) has address bits behind its prefix of \(bits)")
        }
    }

    private static func refusal(of text: String) -> SettingRefusal {
        guard !text.hasPrefix("[") else {
            return SettingRefusal("\(quoted(text)) must be without brackets")
        }
        return SettingRefusal(
            "\(quoted(text)) is no address and no network"
                + Suggestion.text(for: text, in: ["unix"])
        )
    }
}
