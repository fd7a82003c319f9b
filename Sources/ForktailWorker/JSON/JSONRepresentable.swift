/// A value that can be written as JSON.
///
/// ```swift
/// Response(json: ["name": JSON(name), "tags": JSON(tags), "parent": JSON(parent)])
/// ```
public protocol JSONRepresentable {
    /// The value as JSON.
    var json: JSON { get }
}

extension JSON {
    /// Makes the JSON of a value: a text, a number, a Boolean, or an array, a dictionary or an
    /// optional of them.
    public init(_ value: some JSONRepresentable) { self = value.json }
}

extension JSON: JSONRepresentable {
    /// The value itself.
    public var json: JSON { self }
}

extension String: JSONRepresentable {
    /// A string.
    public var json: JSON { .string(self) }
}

extension Int: JSONRepresentable {
    /// An integer.
    public var json: JSON { .integer(self) }
}

extension Double: JSONRepresentable {
    /// A number; null where it is infinite or NaN.
    public var json: JSON { .number(self) }
}

extension Bool: JSONRepresentable {
    /// A Boolean.
    public var json: JSON { .bool(self) }
}

extension Optional: JSONRepresentable where Wrapped: JSONRepresentable {
    /// The value, or null.
    public var json: JSON { self?.json ?? .null }
}

extension Array: JSONRepresentable where Element: JSONRepresentable {
    /// An array.
    public var json: JSON { .array(map(\.json)) }
}

extension Dictionary: JSONRepresentable where Key == String, Value: JSONRepresentable {
    /// An object, whose members are sorted by name.
    public var json: JSON {
        .object(sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.json) })
    }
}
