/// A promise that a parser makes for any bytes, and has not kept.
package struct BrokenPromise: Error, CustomStringConvertible {
    /// Which it is, and what happened instead.
    package let description: String

    /// Says which promise it is.
    package init(_ description: String) {
        self.description = description
    }
}
