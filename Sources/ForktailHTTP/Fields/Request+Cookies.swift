extension Request {
    /// The cookies in the order in which the client sent them, RFC 6265 sections 4.2 and 5.4.
    ///
    /// A name may be there more than once: clients send the cookie of the longer path first. The
    /// quotes of a quoted value are a part of it. What has no name is left out.
    public var cookies: [(name: String, value: String)] {
        guard let text = self[.cookie] else { return [] }
        let bytes = Array(text.utf8)
        return bytes.split(separator: UInt8(ascii: ";")).compactMap { pair in
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = Self.cookieText(pair.startIndex..<equals, of: bytes)
            guard !name.isEmpty else { return nil }
            return (name, Self.cookieText((equals + 1)..<pair.endIndex, of: bytes))
        }
    }

    /// The value of the first cookie of that name, whose case matters; nil where there is none.
    public func cookie(_ name: String) -> String? {
        cookies.first { $0.name == name }?.value
    }

    private static func cookieText(_ range: Range<Int>, of bytes: [UInt8]) -> String {
        String(decoding: bytes[bytes.span.trimmed(range)], as: UTF8.self)
    }
}
