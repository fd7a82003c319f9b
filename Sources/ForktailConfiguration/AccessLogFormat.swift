/// The compiled layout of an access log line: literal text and atoms, in order.
///
/// The notation is gunicorn's: `%(h)s` stands for an atom, `%({name}i)s` for a request field,
/// `%({name}o)s` for a response field, `%({name}e)s` for an environment variable, `%%` for a
/// percent sign.
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
