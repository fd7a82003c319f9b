/// Why a test can't go further.
public struct TestFailure: Error, CustomStringConvertible {
    /// The reason.
    public let description: String

    /// Makes one with its reason.
    public init(_ description: String) { self.description = description }
}
