/// A path, an argument or a variable: bytes without a NUL, which need not be text.
///
/// `String` can't hold bytes that aren't UTF-8. What goes back to the system stays in this type.
package struct SystemString: Hashable, Sendable {
    /// The bytes, as the system has them.
    package let bytes: [UInt8]

    /// Takes bytes as they are.
    package init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Takes the UTF-8 of a text.
    package init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
    }

    /// Whether there are no bytes.
    package var isEmpty: Bool { bytes.isEmpty }

    /// The path that has this one below a directory; the same where it begins at the root.
    package func path(in directory: SystemString) -> SystemString {
        guard bytes.first != UInt8(ascii: "/") else { return self }
        return SystemString(bytes: directory.bytes + [UInt8(ascii: "/")] + bytes)
    }

    /// The bytes with those of a text behind them.
    package func appending(_ text: String) -> SystemString {
        SystemString(bytes: bytes + text.utf8)
    }

    /// The text; nil where the bytes aren't UTF-8.
    package var text: String? {
        String(validating: bytes, as: UTF8.self)
    }
}

extension SystemString: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self.init(text)
    }
}

extension SystemString: CustomStringConvertible {
    /// The text for a message; bytes that aren't UTF-8 as `\xe9`.
    package var description: String {
        if let text { return text }
        return bytes.reduce(into: "") { result, byte in
            if byte < 0x80 {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "\\x" + String(byte, radix: 16)
            }
        }
    }
}
