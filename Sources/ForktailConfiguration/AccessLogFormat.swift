/// The compiled layout of an access log line: literal text and atoms, in order.
///
/// The notation is gunicorn's: `%(h)s` stands for an atom, `%({name}i)s` for a request field,
/// `%({name}o)s` for a response field, `%({name}e)s` for an environment variable, `%({name}x)s` for
/// what TLS has agreed on, `%%` for a percent sign.
package struct AccessLogFormat: Hashable, Sendable {
    /// A piece of a line.
    package enum Part: Hashable, Sendable {
        /// Text that stands in every line.
        case literal(String)
        /// A value of the request or its response.
        case atom(AccessLogAtom)
    }

    /// The combined log format, the default.
    package static let combined =
        #"%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s""#

    /// The pieces of a line; two literals never stand side by side.
    package let parts: [Part]

    /// Compiles a layout.
    ///
    /// - Throws: `SettingRefusal` naming the character at which the layout can't be understood.
    package init(_ format: String) throws(SettingRefusal) {
        var parser = AccessLogFormatParser(format)
        parts = try parser.parse()
    }
}

/// A value of a request or its response that an access log line shows.
package enum AccessLogAtom: Hashable, Sendable {
    /// `h`: the client's address.
    case remoteAddress
    /// `l`: the identity of the client's user, always `-`.
    case remoteIdentity
    /// `u`: the user name of a Basic authorization, or `-`.
    case userName
    /// `t`: the time of the request, `[22/Nov/2026:10:20:56 +0000]`.
    case time
    /// `r`: the request line.
    case requestLine
    /// `m`: the method.
    case method
    /// `U`: the path of the target, without its query.
    case path
    /// `q`: the query, without its question mark.
    case query
    /// `H`: the protocol version, `HTTP/1.1`.
    case protocolVersion
    /// `s`: the status code.
    case status
    /// `B`: the number of bytes of the response body.
    case bodyLength
    /// `b`: the same, but `-` for none.
    case bodyLengthOrDash
    /// `i`: the id of the request, or `-`.
    case requestID
    /// `f`: the request field Referer, or `-`.
    case referer
    /// `a`: the request field User-Agent, or `-`.
    case userAgent
    /// `T`: the time to answer in whole seconds.
    case seconds
    /// `M`: the time to answer in whole milliseconds.
    case milliseconds
    /// `D`: the time to answer in whole microseconds.
    case microseconds
    /// `L`: the time to answer in seconds with six decimals.
    case decimalSeconds
    /// `p`: the worker's process id, `<4711>`.
    case processID
    /// `{name}i`: a field of the request, or `-`.
    case requestField(String)
    /// `{name}o`: a field of the response, or `-`.
    case responseField(String)
    /// `{name}e`: a variable of the environment, or `-`.
    case environmentVariable(String)
    /// `{name}x`: what TLS has agreed on, or `-`.
    case secure(SecureFact)

    /// Returns the atom with a name of one letter, or `nil` where there is none.
    init?(letter: Character) {
        guard let atom = Self.byLetter[letter] else { return nil }
        self = atom
    }

    private static let byLetter: [Character: AccessLogAtom] = [
        "h": .remoteAddress, "l": .remoteIdentity, "u": .userName, "t": .time,
        "r": .requestLine, "m": .method, "U": .path, "q": .query, "H": .protocolVersion,
        "s": .status, "B": .bodyLength, "b": .bodyLengthOrDash, "f": .referer, "a": .userAgent,
        "T": .seconds, "M": .milliseconds, "D": .microseconds, "L": .decimalSeconds,
        "p": .processID, "i": .requestID,
    ]
}
