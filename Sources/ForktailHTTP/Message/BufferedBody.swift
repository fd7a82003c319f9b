/// A body that is in memory.
package final class BufferedBody: BodySource {
    private var rest: ArraySlice<UInt8>
    private let fields: HTTPFields

    /// Makes the body of these bytes, followed by these fields.
    package init(_ bytes: ArraySlice<UInt8>, trailers: HTTPFields = [:]) {
        rest = bytes
        fields = trailers
    }

    package func read(upTo count: Int) throws(BodyError) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    package var trailers: HTTPFields { rest.isEmpty ? fields : [:] }
}
