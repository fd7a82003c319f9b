public import Forktail
public import FoundationEssentials

extension Request {
    /// Reads the body as JSON of a type, whatever its media type.
    ///
    /// - Parameters:
    ///   - type: What the body says.
    ///   - limit: The most bytes to take.
    ///   - decoder: What reads the JSON, with its strategies for dates and keys.
    /// - Returns: The value.
    /// - Throws: `HTTPError` with 400, which names the key, where the body is no JSON of that type;
    ///   `BodyError`, which is a 413 where the body is larger.
    public func decode<Value: Decodable>(
        _ type: Value.Type,
        upTo limit: Int,
        with decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        let bytes = try body.collect(upTo: limit)
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw HTTPError(.badRequest, error.reason)
        }
    }
}

extension DecodingError {
    /// What is wrong with the body, for the client: the key and what it should be.
    var reason: String {
        switch self {
        case .keyNotFound(let key, let context):
            "the member \"\(Self.path(context.codingPath + [key]))\" is missing"
        case .valueNotFound(let type, let context):
            "\(Self.place(context)) must be \(Self.name(of: type)), and is null"
        case .typeMismatch(let type, let context):
            "\(Self.place(context)) must be \(Self.name(of: type))"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            "the body is no JSON"
        case .dataCorrupted(let context):
            "\(Self.place(context)) is not valid: \(context.debugDescription)"
        @unknown default:
            "the body can't be read"
        }
    }

    private static func place(_ context: Context) -> String {
        context.codingPath.isEmpty
            ? "the body" : "the member \"\(path(context.codingPath))\""
    }

    /// `items[2].price`.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }

    /// A type in the words of JSON.
    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "an integer"
        case is any BinaryFloatingPoint.Type: "a number"
        case is any ArrayValue.Type: "an array"
        case is any ObjectValue.Type: "an object"
        default: "a value of another kind"
        }
    }
}

/// An array, of whatever elements; the decoder asks for one of `Any`.
private protocol ArrayValue {}
extension Array: ArrayValue {}

/// A dictionary, of whatever values; the decoder asks for one of `Any`.
private protocol ObjectValue {}
extension Dictionary: ObjectValue {}
