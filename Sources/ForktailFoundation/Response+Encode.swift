public import Forktail
public import FoundationEssentials

extension Response {
    /// Makes a response whose content is a value as JSON.
    ///
    /// ```swift
    /// return try Response(json: order, status: .created)
    /// ```
    ///
    /// - Parameters:
    ///   - value: The content.
    ///   - status: The status.
    ///   - encoder: What writes the JSON, with its strategies for dates and keys.
    /// - Throws: What the value throws; the client gets a 500 unless the handler catches it.
    public init(
        json value: some Encodable,
        status: Status = .ok,
        with encoder: JSONEncoder = JSONEncoder()
    ) throws {
        self.init(
            bytes: Array(try encoder.encode(value)),
            contentType: "application/json",
            status: status
        )
    }
}
