extension String {
    /// Makes the text of received bytes: UTF-8 where they are that, else ISO 8859-1, whose every
    /// byte is one character.
    ///
    /// RFC 9110 section 5.5 leaves the meaning of bytes above 0x7F in field values open.
    init(received bytes: Span<UInt8>) {
        if bytes.isASCII {
            // Nearly all text is, and needs no validation.
            // SAFETY: ASCII is valid UTF-8.
            self.init(copying: unsafe UTF8Span(unchecked: bytes, isKnownASCII: true))
            return
        }
        do {
            self.init(copying: try UTF8Span(validating: bytes))
        } catch {
            self.init(latin1: bytes)
        }
    }

    private init(latin1 bytes: Span<UInt8>) {
        var scalars = String.UnicodeScalarView()
        for index in bytes.indices { scalars.append(Unicode.Scalar(bytes[index])) }
        self.init(scalars)
    }
}
