extension Request {
    /// What to do with the target, RFC 9110 section 9; its letter case matters.
    public struct Method: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        /// The method as it was sent.
        public let rawValue: String

        /// Makes a method of its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The method as it was sent.
        public var description: String { rawValue }

        /// GET, RFC 9110 section 9.3.1.
        public static var get: Self { Self(rawValue: "GET") }
        /// HEAD, RFC 9110 section 9.3.2.
        public static var head: Self { Self(rawValue: "HEAD") }
        /// POST, RFC 9110 section 9.3.3.
        public static var post: Self { Self(rawValue: "POST") }
        /// PUT, RFC 9110 section 9.3.4.
        public static var put: Self { Self(rawValue: "PUT") }
        /// DELETE, RFC 9110 section 9.3.5.
        public static var delete: Self { Self(rawValue: "DELETE") }
        /// CONNECT, RFC 9110 section 9.3.6.
        public static var connect: Self { Self(rawValue: "CONNECT") }
        /// OPTIONS, RFC 9110 section 9.3.7.
        public static var options: Self { Self(rawValue: "OPTIONS") }
        /// TRACE, RFC 9110 section 9.3.8.
        public static var trace: Self { Self(rawValue: "TRACE") }
        /// PATCH, RFC 5789.
        public static var patch: Self { Self(rawValue: "PATCH") }
    }
}

extension Request.Method {
    /// Says whether a request of the method is handled by a `case` of the pattern.
    ///
    /// HEAD matches GET, RFC 9110 section 9.3.2: the server sends the head of the same response.
    ///
    /// ```swift
    /// switch (request.method, request.path) {
    /// case (.get, "/orders"): …
    /// case (.post, "/orders"): …
    /// case (_, "/orders"): try request.require(.get, .post)
    /// default: throw HTTPError(.notFound)
    /// }
    /// ```
    public static func ~= (pattern: Self, method: Self) -> Bool {
        pattern == method || (pattern == .get && method == .head)
    }
}
