/// The fields of a message in their order, RFC 9110 section 5.
///
/// A name may occur more than once. `fields[.accept]` is all values of the name as one, and
/// `fields[values: .accept]` is each of them.
public struct HTTPFields: Hashable, Sendable {
    private var storage: [HTTPField] = []

    /// The name of the first field that was refused for its value, nil while none was.
    ///
    /// A value with a control character is never taken in, see `HTTPField`. Assigning one can't
    /// throw, so the refusal is kept here until the name is assigned again, and a response with it
    /// goes out as a 500.
    public private(set) var refusedName: HTTPField.Name?

    /// Makes fields without any.
    public init() {}

    /// Makes fields of one.
    init(_ field: HTTPField) {
        storage = [field]
    }

    /// All values of `name` as one; nil where there is none.
    ///
    /// The values are joined by a comma, RFC 9110 section 5.3, those of Cookie by a semicolon. Those
    /// of Set-Cookie can't be joined: the first is returned. Assigning replaces all of them, and nil
    /// removes them.
    public subscript(name: HTTPField.Name) -> String? {
        get { HTTPFields.combine(self[values: name], of: name) }
        set {
            removeAll(name)
            if let newValue { append(newValue, for: name) }
        }
    }

    /// Each value of `name` in order.
    public subscript(values name: HTTPField.Name) -> [String] {
        get { storage.filter { $0.name == name }.map(\.value) }
        set {
            removeAll(name)
            for value in newValue { append(value, for: name) }
        }
    }

    /// Adds a field behind the others.
    public mutating func append(_ field: HTTPField) {
        storage.append(field)
    }

    /// Adds a field of that name behind the others; a value that is no field value is refused, see
    /// `refusedName`.
    public mutating func append(_ value: String, for name: HTTPField.Name) {
        if let field = HTTPField(name: name, value: value) {
            storage.append(field)
        } else {
            refusedName = refusedName ?? name
        }
    }

    private mutating func removeAll(_ name: HTTPField.Name) {
        storage.removeAll { $0.name == name }
        if refusedName == name { refusedName = nil }
    }

    /// Says whether there is a field of that name.
    public func contains(_ name: HTTPField.Name) -> Bool {
        storage.contains { $0.name == name }
    }

    /// Makes room for `count` fields.
    package mutating func reserveCapacity(_ count: Int) {
        storage.reserveCapacity(count)
    }

    /// The values of one name as one, RFC 9110 section 5.3; nil where there is none.
    static func combine(_ values: [String], of name: HTTPField.Name) -> String? {
        guard let first = values.first else { return nil }
        guard values.count > 1, name != .setCookie else { return first }
        return values.joined(separator: name == .cookie ? "; " : ", ")
    }
}

extension HTTPFields: RandomAccessCollection {
    /// The place of the first field.
    public var startIndex: Int { 0 }

    /// The place behind the last field.
    public var endIndex: Int { storage.count }

    /// The field at a place.
    public subscript(position: Int) -> HTTPField { storage[position] }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
    /// Makes fields in the order of the literal; a name may be there more than once.
    public init(dictionaryLiteral elements: (HTTPField.Name, String)...) {
        storage.reserveCapacity(elements.count)
        for (name, value) in elements { append(value, for: name) }
    }
}
