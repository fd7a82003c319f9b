/// A set of bytes as a chart: 256 characters in rows of 32, an `x` for each member.
///
/// A look into a table is the shortest loop over a name or a target.
struct ByteSet {
    private let chart: StaticString

    /// `tchar`, RFC 9110 section 5.6.2.
    static let token = ByteSet(
        chart: """
            ................................\
            .x.xxxxx..xx.xx.xxxxxxxxxx......\
            .xxxxxxxxxxxxxxxxxxxxxxxxxx...xx\
            xxxxxxxxxxxxxxxxxxxxxxxxxxx.x.x.\
            ................................\
            ................................\
            ................................\
            ................................
            """
    )

    /// `tchar` without the underscore.
    static let tokenWithoutUnderscore = ByteSet(
        chart: """
            ................................\
            .x.xxxxx..xx.xx.xxxxxxxxxx......\
            .xxxxxxxxxxxxxxxxxxxxxxxxxx...x.\
            xxxxxxxxxxxxxxxxxxxxxxxxxxx.x.x.\
            ................................\
            ................................\
            ................................\
            ................................
            """
    )

    /// `unreserved` and `sub-delims`: a registered name without escapes, RFC 3986 section 3.2.2.
    static let registeredName = ByteSet(
        chart: """
            ................................\
            .x..x.xxxxxxxxx.xxxxxxxxxx.x.x..\
            .xxxxxxxxxxxxxxxxxxxxxxxxxx....x\
            .xxxxxxxxxxxxxxxxxxxxxxxxxx...x.\
            ................................\
            ................................\
            ................................\
            ................................
            """
    )

    /// `pchar` and `/` without escapes, RFC 3986 section 3.3, and `[]^|`, which browsers don't escape.
    static let path = ByteSet(
        chart: """
            ................................\
            .x..x.xxxxxxxxxxxxxxxxxxxxxx.x..\
            xxxxxxxxxxxxxxxxxxxxxxxxxxxx.xxx\
            .xxxxxxxxxxxxxxxxxxxxxxxxxx.x.x.\
            ................................\
            ................................\
            ................................\
            ................................
            """
    )

    /// What a request target may hold besides octets above 0x7F: the path's characters, `?`, `%` and,
    /// in a query only, the characters that browsers leave bare there: a backslash, a backquote and
    /// braces.
    static let target = ByteSet(
        chart: """
            ................................\
            .x..xxxxxxxxxxxxxxxxxxxxxxxx.x.x\
            xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
            xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.\
            ................................\
            ................................\
            ................................\
            ................................
            """
    )

    /// Says whether `byte` is a member.
    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        // SAFETY: each chart has a character for every byte, and lives as long as the program.
        unsafe chart.utf8Start[Int(byte)] == UInt8(ascii: "x")
    }
}
