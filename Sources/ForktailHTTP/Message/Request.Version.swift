extension Request {
    /// A version of HTTP, RFC 9110 section 2.5.
    public struct Version: Hashable, Sendable, CustomStringConvertible {
        /// The number before the dot.
        public let major: Int
        /// The number behind the dot.
        public let minor: Int

        /// The version as a message has it, such as `HTTP/1.1`.
        public var description: String { "HTTP/\(major).\(minor)" }
    }
}
