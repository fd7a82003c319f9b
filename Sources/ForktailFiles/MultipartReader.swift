import ForktailHTTP
import ForktailSystem

/// Reads the content of an answer with several ranges, piece by piece.
struct MultipartReader {
    private let file: OpenFile
    private var pieces: ArraySlice<MultipartRanges.Piece>

    /// The most that is read at once.
    private static let step: UInt64 = 65_536

    init(_ pieces: [MultipartRanges.Piece], of file: OpenFile) {
        self.pieces = pieces[...]
        self.file = file
    }

    /// The next bytes; nil at the end.
    ///
    /// - Throws: `FileBecameShorter`, so that the response is cut and does not look complete.
    mutating func next() throws -> [UInt8]? {
        switch pieces.popFirst() {
        case nil: nil
        case .bytes(let bytes): bytes
        case .range(let range): try read(range)
        }
    }

    private mutating func read(_ range: Range<UInt64>) throws -> [UInt8] {
        let count = min(range.upperBound - range.lowerBound, Self.step)
        let bytes = try file.descriptor.read(upTo: Int(count), at: range.lowerBound)
        guard !bytes.isEmpty else { throw FileBecameShorter() }
        let rest = (range.lowerBound + UInt64(bytes.count))..<range.upperBound
        if !rest.isEmpty { pieces = [.range(rest)] + pieces }
        return bytes
    }
}

/// What is sent of a file is not there any more.
private struct FileBecameShorter: Error, CustomStringConvertible {
    var description: String { "that the file became shorter" }
}
