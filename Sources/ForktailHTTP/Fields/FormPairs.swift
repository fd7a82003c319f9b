/// The pairs of a query or of a form: names and values in their order (WHATWG URL section 5.1).
///
/// Pairs are parted by `&`, name and value by the first `=`; `+` is a space, escapes are decoded, and
/// a `%` that starts none stays as it is. Decoded bytes that are not UTF-8 become U+FFFD. A name may
/// occur more than once.
///
/// ```swift
/// let page = request.query["page"] ?? "1"
/// let tags = request.query.all("tag")
/// for (name, value) in request.query { … }
/// ```
public struct FormPairs: RandomAccessCollection, Sendable {
    private let pairs: [(name: String, value: String)]

    /// Reads the pairs from their bytes.
    init(_ bytes: [UInt8]) {
        pairs = bytes.split(separator: UInt8(ascii: "&")).map { pair in
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            return (Self.text(pair[..<equals]), Self.text(pair[equals...].dropFirst()))
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let span = bytes.span
        let decoded = PercentCoding.decode(0..<span.count, of: span, plusIsSpace: true)
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Zero.
    public var startIndex: Int { 0 }
    /// How many pairs there are.
    public var endIndex: Int { pairs.count }

    /// The pair at a place.
    public subscript(index: Int) -> (name: String, value: String) { pairs[index] }

    /// The value of the first pair of a name; nil where there is none.
    public subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// The values of all pairs of a name in their order.
    public func all(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }
}

extension Request {
    /// The pairs of the query; none without a query.
    public var query: FormPairs {
        FormPairs(storage.head.query.map { storage.bytes.array($0) } ?? [])
    }

    /// Reads the body as a form: `application/x-www-form-urlencoded`.
    ///
    /// - Parameter limit: The most bytes to take.
    /// - Returns: The pairs of the form.
    /// - Throws: `HTTPError` with 415 where the body is of another media type; `BodyError`, which is a
    ///   413 where the body is larger.
    public func form(upTo limit: Int) throws -> FormPairs {
        guard let type = contentType, type.type == "application",
            type.subtype == "x-www-form-urlencoded"
        else {
            throw HTTPError(
                .unsupportedMediaType,
                "a form of the type application/x-www-form-urlencoded is expected"
            )
        }
        return FormPairs(try body.collect(upTo: limit))
    }
}
