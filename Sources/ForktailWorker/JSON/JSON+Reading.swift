public import ForktailHTTP

extension JSON {
    /// Why a text is no JSON.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        /// What is wrong.
        public let reason: String
        /// The line, from 1 on.
        public let line: Int
        /// The byte in the line, from 1 on.
        public let column: Int

        /// `line 1, column 9: a value is expected`.
        public var description: String { "line \(line), column \(column): \(reason)" }
    }

    /// Reads JSON text: RFC 8259.
    ///
    /// - Parameters:
    ///   - text: One value in UTF-8, with white space around it.
    ///   - maxDepth: How deep arrays and objects may be nested.
    /// - Throws: The first fault and its place.
    public init(parsing text: [UInt8], maxDepth: Int = 128) throws(Fault) {
        var parser = JSONParser(text, maxDepth: maxDepth)
        self = try parser.parse()
    }

    /// The value of the last member of a name; nil where there is none, or this is no object.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The text of a string; nil for another value.
    public var stringValue: String? { if case .string(let text) = self { text } else { nil } }

    /// An integer, also one that was written with a fraction of zero; nil for another value.
    public var integerValue: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// A number; nil for another value.
    public var numberValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// A Boolean; nil for another value.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The elements of an array; nil for another value.
    public var arrayValue: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

    /// The text of a member, which must be there and be a string; otherwise a 400 that names it.
    public func string(of name: String) throws(HTTPError) -> String {
        try require(name, "a string", \.stringValue)
    }

    /// The integer of a member, which must be there and be one; otherwise a 400 that names it.
    public func integer(of name: String) throws(HTTPError) -> Int {
        try require(name, "an integer", \.integerValue)
    }

    /// The number of a member, which must be there and be one; otherwise a 400 that names it.
    public func number(of name: String) throws(HTTPError) -> Double {
        try require(name, "a number", \.numberValue)
    }

    /// The Boolean of a member, which must be there and be one; otherwise a 400 that names it.
    public func bool(of name: String) throws(HTTPError) -> Bool {
        try require(name, "true or false", \.boolValue)
    }

    /// The elements of a member, which must be there and be an array; otherwise a 400 that names it.
    public func array(of name: String) throws(HTTPError) -> [JSON] {
        try require(name, "an array", \.arrayValue)
    }

    private func require<Value>(
        _ name: String,
        _ kind: String,
        _ value: (JSON) -> Value?
    ) throws(HTTPError) -> Value {
        guard case .object = self else { throw HTTPError(.badRequest, "an object is expected") }
        guard let member = self[name] else {
            throw HTTPError(.badRequest, "the member \"\(name)\" is missing")
        }
        guard let value = value(member) else {
            throw HTTPError(.badRequest, "the member \"\(name)\" must be \(kind)")
        }
        return value
    }
}

extension Request {
    /// Reads the body as JSON, whatever its media type.
    ///
    /// - Parameter limit: The most bytes to take.
    /// - Returns: The value.
    /// - Throws: `HTTPError` with 400 and the place where the body is no JSON; `BodyError`, which is a
    ///   413 where the body is larger.
    public func json(upTo limit: Int) throws -> JSON {
        let bytes = try body.collect(upTo: limit)
        do throws(JSON.Fault) {
            return try JSON(parsing: bytes)
        } catch {
            throw HTTPError(.badRequest, "the body is no JSON: \(error)")
        }
    }
}
