/// A field of a message: a name and a value, RFC 9110 section 5.
///
/// A value of this type can be written to a connection as it is: it holds no CR, no LF, no NUL
/// and no other control character but the tab.
public struct HTTPField: Hashable, Sendable {
    /// The name.
    public let name: Name
    /// The value, without white space around it.
    public let value: String

    /// Makes a field; nil when the value has a control character other than the tab.
    ///
    /// White space around the value is left out. Text beyond ASCII is sent as UTF-8.
    public init?(name: Name, value: String) {
        let bytes = value.utf8Span.span
        guard bytes.endOfFieldValue(from: 0, to: bytes.count) == bytes.count else { return nil }
        self.init(name: name, unchecked: Self.trimmed(value))
    }

    /// Makes a field of a value that is known to be valid.
    package init(name: Name, unchecked value: String) {
        self.name = name
        self.value = value
    }

    private static func trimmed(_ value: String) -> String {
        let bytes = value.utf8
        guard bytes.first?.isBlank == true || bytes.last?.isBlank == true else { return value }
        let start = bytes.firstIndex { !$0.isBlank } ?? bytes.endIndex
        let last = bytes.lastIndex { !$0.isBlank } ?? start
        guard start < bytes.endIndex else { return "" }
        return String(value[start...last])
    }
}
