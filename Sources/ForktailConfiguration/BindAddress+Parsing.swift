extension Binding {
    /// Reads a binding that a file spells as text.
    init(_ kind: TOMLValue.Kind) throws(SettingRefusal) {
        guard case .string(let text) = kind else {
            throw SettingRefusal("an address must be a text")
        }
        try self.init(parsing: text)
    }

    /// Reads an address, perhaps behind `https://` or `http://`.
    ///
    /// - Throws: `SettingRefusal` with the reason.
    package init(parsing text: String) throws(SettingRefusal) {
        let schemes = [("https://", true), ("http://", false)]
        for (scheme, isSecure) in schemes where text.hasPrefix(scheme) {
            let address = String(text.dropFirst(scheme.count))
            self.init(try BindAddress(parsing: address), isSecure: isSecure)
            return
        }
        self.init(try BindAddress(parsing: text))
    }
}

extension BindAddress {
    /// The longest path of a Unix-domain socket in bytes: `sun_path` of unix(7) without its NUL.
    private static let longestPath = 107

    /// Reads an address: `host:port`, `[v6]:port`, `:port`, `*:port` or `unix:/path`.
    ///
    /// An empty host and `*` mean every IPv4 address of the machine.
    ///
    /// - Throws: `SettingRefusal` with the reason.
    package init(parsing text: String) throws(SettingRefusal) {
        try requireNoNUL(text)
        if text.hasPrefix("unix:") {
            self = .unix(path: try Self.path(text.dropFirst(5)))
            return
        }
        guard !text.contains("://") else {
            throw SettingRefusal("\(quoted(text)) has another scheme than http and https")
        }
        guard let colon = text.lastIndex(of: ":") else {
            throw SettingRefusal("\(quoted(text)) has no port")
        }
        let port = try Self.port(text[text.index(after: colon)...], in: text)
        self = .tcp(host: try Self.host(text[..<colon], in: text), port: port)
    }

    private static func path(_ path: Substring) throws(SettingRefusal) -> String {
        guard path.hasPrefix("/"), path.utf8.count > 1 else {
            throw SettingRefusal("\(quoted("unix:\(path)")) has no absolute path")
        }
        guard path.utf8.count <= longestPath else {
            throw SettingRefusal("the path of a socket is longer than \(longestPath) bytes")
        }
        return String(path)
    }

    private static func port(_ digits: Substring, in text: String) throws(SettingRefusal) -> UInt16
    {
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit), let port = UInt16(digits) else {
            throw SettingRefusal("\(quoted(text)) has no port from 0 to 65535")
        }
        return port
    }

    private static func host(_ host: Substring, in text: String) throws(SettingRefusal) -> String {
        if host.isEmpty || host == "*" { return "0.0.0.0" }
        if host.first == "[", host.last == "]" {
            return try bracketed(String(host.dropFirst().dropLast()), in: text)
        }
        guard !host.contains(":") else {
            throw SettingRefusal("\(quoted(text)) needs brackets around its IPv6 address")
        }
        guard host.utf8.allSatisfy(\.isHostByte) else {
            throw SettingRefusal("\(quoted(text)) has no valid host")
        }
        guard
            !host.utf8.allSatisfy({ $0.isDigit || $0 == ascii(".") })
                || IPv4Address(host) != nil
        else { throw SettingRefusal("\(quoted(text)) has no valid IPv4 address") }
        return String(host)
    }

    private static func bracketed(
        _ address: String,
        in text: String
    ) throws(SettingRefusal) -> String {
        let parts = address.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let number = parts.first, let value = IPv6Address(number),
            parts.count == 1 || isZone(parts[1])
        else { throw SettingRefusal("\(quoted(text)) has no valid IPv6 address") }
        // ::ffff:0:0/96, RFC 4291 section 2.5.5.2: a listener of IPv6 serves no IPv4.
        if value.rawValue >> 32 == 0xffff {
            let mapped = IPv4Address(rawValue: UInt32(truncatingIfNeeded: value.rawValue))
            throw SettingRefusal("\(quoted(text)) has an IPv4 address in it: write \(mapped)")
        }
        return address
    }

    /// Says whether a text can stand behind the `%` of an address: RFC 4007 section 11.
    private static func isZone(_ zone: Substring) -> Bool {
        !zone.isEmpty && zone.utf8.allSatisfy(\.isHostByte)
    }
}

extension UInt8 {
    fileprivate var isHostByte: Bool { isBareKeyByte || self == ascii(".") }
}
