extension UInt8 {
    /// Says whether a field value may hold the byte: `field-vchar`, SP or HTAB, RFC 9110
    /// section 5.5.
    @inline(__always)
    var isFieldValue: Bool {
        self < 0x20 ? self == .horizontalTab : self != 0x7f
    }
}
