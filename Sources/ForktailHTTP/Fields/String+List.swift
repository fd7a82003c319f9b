extension String {
    /// The elements of a comma-separated list, without white space around them and without empty
    /// ones, RFC 9110 section 5.6.1.
    ///
    /// - Parameter hasQuotedPairs: whether a backslash in a quoted string hides what follows; it
    ///   does everywhere but in entity tags, RFC 9110 section 8.8.3.
    /// - Returns: the elements, which may be none.
    func listElements(hasQuotedPairs: Bool = true) -> [String] {
        var elements: [String] = []
        var element: [UInt8] = []
        var isQuoted = false
        var isEscaped = false
        for byte in utf8 {
            if byte == UInt8(ascii: ","), !isQuoted {
                elements.append(Self.trimmed(element))
                element.removeAll(keepingCapacity: true)
                continue
            }
            element.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else {
                isEscaped = hasQuotedPairs && isQuoted && byte == UInt8(ascii: "\\")
            }
        }
        elements.append(Self.trimmed(element))
        return elements.filter { !$0.isEmpty }
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        let span = bytes.span
        return String(decoding: bytes[span.trimmed(0..<bytes.count)], as: UTF8.self)
    }

    /// Says whether two texts are the same, ignoring the case of ASCII letters.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.span.equalsIgnoringCase(other.utf8.span)
    }
}
