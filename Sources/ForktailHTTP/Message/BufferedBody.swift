/// A body that is in memory.
package final class BufferedBody: BodySource {
    private var bytes: [UInt8]
    private var position = 0
    private let fields: HTTPFields

    /// Makes the body of these bytes, followed by these fields.
    package init(_ bytes: [UInt8], trailers: HTTPFields = [:]) {
        self.bytes = bytes
        fields = trailers
    }

    package func read(upTo count: Int) throws(BodyError) -> [UInt8] {
        let start = position
        position = min(start + count, bytes.count)
        // Nearly all read the whole body at once.
        return position - start == bytes.count ? bytes : Array(bytes[start..<position])
    }

    package var trailers: HTTPFields { position == bytes.count ? fields : [:] }
}
