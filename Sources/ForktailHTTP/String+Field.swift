extension String {
    /// Makes the text of received bytes: UTF-8 where they are that, else ISO 8859-1, whose every
    /// byte is one character.
    ///
    /// RFC 9110 section 5.5 leaves the meaning of bytes above 0x7F in field values open.
    init(received bytes: ArraySlice<UInt8>) {
        if let text = String(validating: bytes, as: UTF8.self) {
            self = text
        } else {
            self = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
    }
}
