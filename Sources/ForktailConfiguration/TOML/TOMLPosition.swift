/// A place in a file.
package struct TOMLPosition: Hashable, Sendable, CustomStringConvertible {
    /// The line, counted from 1.
    package let line: Int
    /// The column, counted from 1 in Unicode scalars.
    package let column: Int

    /// The place as messages show it: `7:1`.
    package var description: String { "\(line):\(column)" }
}
