extension Response {
    /// The fields after a streamed body, RFC 9110 section 6.5.
    ///
    /// They are for what is known only when the body is made, such as its checksum. Clients may
    /// drop them, and most of them do.
    public struct Trailers {
        /// The names that the Trailer field announces, section 6.6.2.
        public let names: [HTTPField.Name]
        private let make: () throws -> HTTPFields

        /// Makes the fields of names.
        ///
        /// - Parameters:
        ///   - names: what may come. A response that announces a field which section 6.5.1 keeps out
        ///     of trailers is answered with 500.
        ///   - make: called after the last byte of the body. What it returns must be among `names`,
        ///     else the connection ends as if the stream had thrown.
        public init(_ names: [HTTPField.Name], make: @escaping () throws -> HTTPFields) {
            self.names = names
            self.make = make
        }

        /// Makes the fields when the body is complete.
        ///
        /// - Throws: what the application's closure throws, or that its fields must not be sent.
        package func fields() throws -> HTTPFields {
            let fields = try make()
            if let name = fields.refusedName ?? fields.map(\.name).first(where: isUnannounced) {
                throw ResponseFault.trailer(name)
            }
            return fields
        }

        private func isUnannounced(_ name: HTTPField.Name) -> Bool { !names.contains(name) }

        /// The first name that no trailer may have.
        var refusedName: HTTPField.Name? { names.first(where: Self.forbidden.contains) }

        /// What no request may have there, and what tells how to treat the response, RFC 9110
        /// section 6.5.1.
        private static let forbidden = TrailerSection.forbidden.union([
            .age, .contentLocation, .date, .expires, .location, .proxyAuthenticate, .retryAfter,
            .vary, .wwwAuthenticate,
        ])
    }

    /// The first name of a field or trailer that must not be sent; nil where all may.
    package var refusedName: HTTPField.Name? { fields.refusedName ?? body.trailers?.refusedName }
}
