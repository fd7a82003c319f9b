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
}
