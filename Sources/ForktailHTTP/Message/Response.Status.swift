extension Response {
    /// The outcome of a request: a code of three digits and a phrase for people, RFC 9110 section 15.
    public struct Status: Sendable, CustomStringConvertible {
        /// The code, 100 to 999.
        public let code: Int
        /// The phrase; clients ignore it.
        public let reasonPhrase: String

        /// Makes a status with the phrase that the IANA registry has for the code, if any; nil when
        /// the code is not of three digits.
        public init?(code: Int) {
            self.init(code: code, reasonPhrase: Self.reasonPhrase(ofRegistered: code))
        }

        /// Makes a status; nil when the code is not of three digits or the phrase has a control
        /// character.
        public init?(code: Int, reasonPhrase: String) {
            guard (100...999).contains(code), reasonPhrase.utf8.allSatisfy(\.isFieldValue) else {
                return nil
            }
            self.init(uncheckedCode: code, reasonPhrase: reasonPhrase)
        }

        /// Makes a status of parts that are known to be valid.
        init(uncheckedCode code: Int, reasonPhrase: String) {
            self.code = code
            self.reasonPhrase = reasonPhrase
        }

        /// Code and phrase, such as `404 Not Found`.
        public var description: String {
            reasonPhrase.isEmpty ? "\(code)" : "\(code) \(reasonPhrase)"
        }
    }
}

extension Response.Status: Hashable {
    /// Says whether the codes are the same; phrases say nothing.
    public static func == (one: Self, other: Self) -> Bool { one.code == other.code }

    /// Feeds the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
