extension Cookie {
    /// Name and value together can have no more bytes than that: RFC 6265bis section 5.6.
    private static let largestPair = 4096
    /// An attribute's value can have no more bytes than that: RFC 6265bis section 5.6.
    private static let largestAttribute = 1024

    /// Refuses what clients would ignore or misread.
    func check() throws(CookieError) {
        guard HTTPField.Name(name) != nil else { throw .name(name) }
        guard Self.isValue(Array(value.utf8)) else { throw .value(of: name) }
        guard name.utf8.count + value.utf8.count <= Self.largestPair else {
            throw .tooLarge(name)
        }
        if let maxAge, maxAge < .seconds(1) { throw .maxAge(of: name) }
        if let domain, !Self.isDomain(domain) { throw .domain(domain) }
        if let path, !Self.isPath(path) { throw .path(path) }
        guard sameSite != SameSite.none || isSecure else { throw .sameSiteNoneNeedsSecure(name) }
        try checkPrefix()
    }

    /// The promises of a name's prefix, RFC 6265bis section 4.1.3.
    private func checkPrefix() throws(CookieError) {
        let name = name.lowercased()
        let isSound =
            name.hasPrefix("__host-")
            ? isSecure && path == "/" && domain == nil
            : !name.hasPrefix("__secure-") || isSecure
        guard isSound else { throw .prefix(self.name) }
    }

    /// `cookie-value`, RFC 6265 section 4.1.1.
    private static func isValue(_ bytes: [UInt8]) -> Bool {
        let quote = UInt8(ascii: "\"")
        let isQuoted = bytes.count >= 2 && bytes.first == quote && bytes.last == quote
        let octets = isQuoted ? bytes.dropFirst().dropLast() : bytes[...]
        return octets.allSatisfy(isOctet)
    }

    /// `cookie-octet`: visible ASCII without `"`, `,`, `;` and `\`.
    private static func isOctet(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x2b, 0x2d...0x3a, 0x3c...0x5b, 0x5d...0x7e: true
        default: false
        }
    }

    /// A host name of letters, digits and hyphens, RFC 1034 section 3.5 and RFC 1123 section 2.1.
    private static func isDomain(_ domain: String) -> Bool {
        let labels = domain.utf8.split(
            separator: UInt8(ascii: "."),
            omittingEmptySubsequences: false
        )
        let hyphen = UInt8(ascii: "-")
        return domain.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                    && label.allSatisfy {
                        $0.isDigit || $0.isLetter || $0 == hyphen
                    }
            }
    }

    /// `path-value` that clients don't replace by a default: it begins with a slash.
    private static func isPath(_ path: String) -> Bool {
        path.hasPrefix("/") && path.utf8.count <= largestAttribute
            && path.utf8.allSatisfy { $0 >= .space && $0 < 0x7f && $0 != UInt8(ascii: ";") }
    }
}
