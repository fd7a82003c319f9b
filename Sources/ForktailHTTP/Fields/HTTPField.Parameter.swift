extension HTTPField {
    /// A parameter of a field value, RFC 9110 section 5.6.6.
    public struct Parameter: Hashable, Sendable {
        /// The name in lower case; its case says nothing.
        public let name: String
        /// The value without the quotes and backslashes that it may have been sent with.
        public let value: String
    }
}
