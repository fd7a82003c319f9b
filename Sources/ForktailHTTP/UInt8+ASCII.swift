extension UInt8 {
    static let horizontalTab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let space: UInt8 = 0x20

    /// Says whether the byte is a space or a tab: one character of `OWS`, RFC 9110 section 5.6.3.
    @inline(__always)
    var isBlank: Bool { self == .space || self == .horizontalTab }

    /// Says whether a field value may hold the byte: `field-vchar`, SP or HTAB, RFC 9110
    /// section 5.5.
    @inline(__always)
    var isFieldValue: Bool {
        self < 0x20 ? self == .horizontalTab : self != 0x7f
    }

    /// Says whether the byte is `0` to `9`.
    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    /// The byte with `A` to `Z` turned into `a` to `z`.
    @inline(__always)
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// The value of a hexadecimal digit, nil for any other byte.
    @inline(__always)
    var hexadecimalValue: UInt8? {
        if isDigit { return self & 0x0f }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}
