/// How much of a request is taken before it is refused.
package struct RequestLimits: Sendable {
    /// The longest request line in bytes, without its end of line; beyond it 414.
    package var line: Int
    /// The most field lines of a head, and of a trailer section; beyond it 431.
    package var fields: Int
    /// The longest field line in bytes, without its end of line; beyond it 431.
    ///
    /// It also bounds a chunk's size line and all the chunk extensions of a body together.
    package var fieldSize: Int
    /// The longest body in bytes; beyond it 413.
    package var body: UInt64

    /// Makes limits; the defaults are those of gunicorn, and 1 GiB for a body.
    package init(
        line: Int = 8190,
        fields: Int = 100,
        fieldSize: Int = 8190,
        body: UInt64 = 1 << 30
    ) {
        self.line = line
        self.fields = fields
        self.fieldSize = fieldSize
        self.body = body
    }
}
