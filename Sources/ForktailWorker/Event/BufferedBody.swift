import ForktailHTTP

/// The body of a request that has come whole.
final class BufferedBody: BodySource {
    private var rest: ArraySlice<UInt8>
    private let lastFields: HTTPFields

    init(_ bytes: ArraySlice<UInt8>, trailers: HTTPFields = [:]) {
        rest = bytes
        lastFields = trailers
    }

    /// The fields after the body, once it was read.
    var trailers: HTTPFields { rest.isEmpty ? lastFields : [:] }

    func read(upTo count: Int) throws(BodyError) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
