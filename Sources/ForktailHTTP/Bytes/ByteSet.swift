/// A set of ASCII characters as a bit mask: all letters are members, bytes above 0x7F never are.
struct ByteSet {
    let low: UInt64
    let high: UInt64

    /// `tchar`, RFC 9110 section 5.6.2.
    static let token = ByteSet(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe)

    /// `tchar` without the underscore.
    static let tokenWithoutUnderscore = ByteSet(
        low: 0x03ff_6cfa_0000_0000,
        high: 0x57ff_ffff_47ff_fffe
    )

    /// `unreserved` and `sub-delims`: a registered name without escapes, RFC 3986 section 3.2.2.
    static let registeredName = ByteSet(low: 0x2bff_7fd2_0000_0000, high: 0x47ff_fffe_87ff_fffe)

    /// `pchar` and `/` without escapes, RFC 3986 section 3.3, and `[]^|`, which browsers don't escape.
    static let path = ByteSet(low: 0x2fff_ffd2_0000_0000, high: 0x57ff_fffe_efff_ffff)

    /// What a request target may hold besides octets above 0x7F: the path's characters, `?`, `%` and,
    /// in a query only, the characters that browsers leave bare there: a backslash, a backquote and
    /// braces.
    static let target = ByteSet(low: 0xafff_fff2_0000_0000, high: 0x7fff_ffff_ffff_ffff)

    /// Says whether `byte` is a member.
    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && (word &>> UInt64(byte & 0x3f)) & 1 == 1
    }
}
