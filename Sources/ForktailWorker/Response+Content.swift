public import ForktailHTTP
import ForktailSystem

/// The content of a response, to test a handler with.
extension Response {
    /// All bytes of the content, whatever the body is: a file is read, a stream or a sequence runs to
    /// its end.
    ///
    /// Empty pieces of a stream are passed over without a pause.
    public var bytes: [UInt8] {
        get throws {
            switch body {
            case .bytes(let bytes): return bytes
            case .text(let text): return Array(text.utf8)
            case .file(let region): return try Self.read(region)
            case .stream(_, let next), .streamWithTrailers(_, let next):
                var bytes: [UInt8] = []
                while let piece = try next() { bytes += piece }
                return bytes
            case .sequence(let sequence):
                return try TaskLoop.ofThread().complete {
                    var bytes: [UInt8] = []
                    while let piece = try await sequence.next() { bytes += piece }
                    return bytes
                }
            case .connection: throw HTTPError(.notImplemented, "the response has no content")
            }
        }
    }

    /// The content as text; bytes that are not UTF-8 become U+FFFD.
    public var text: String { get throws { String(decoding: try bytes, as: UTF8.self) } }

    /// The content as JSON.
    public var json: JSON { get throws { try JSON(parsing: try bytes) } }

    private static func read(_ region: FileRegion) throws -> [UInt8] {
        try FileDescriptor.duplicating(region.descriptor)
            .readWhole(Int(clamping: region.length), at: region.offset)
    }
}
