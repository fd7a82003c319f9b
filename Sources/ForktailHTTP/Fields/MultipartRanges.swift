/// The content of an answer with several ranges, `multipart/byteranges`, RFC 9110 section 14.6.
package struct MultipartRanges: Hashable, Sendable {
    /// A piece of the content.
    package enum Piece: Hashable, Sendable {
        /// Bytes that stand around the parts.
        case bytes([UInt8])
        /// Bytes of the representation.
        case range(Range<UInt64>)
    }

    /// The pieces in their order.
    package let pieces: [Piece]
    /// How many bytes the content is.
    package let length: UInt64
    /// The value of Content-Type.
    package let contentType: String

    /// Lays out the content.
    ///
    /// - Parameters:
    ///   - ranges: the parts, each not empty and within the representation.
    ///   - length: how long the representation is.
    ///   - type: the media type of the representation.
    ///   - boundary: what parts the parts: a token that the representation does not contain.
    package init(
        _ ranges: [Range<UInt64>],
        ofLength length: UInt64,
        type: String,
        boundary: String
    ) {
        var pieces: [Piece] = []
        for (index, range) in ranges.enumerated() {
            var head: [UInt8] = []
            head.append("\(index == 0 ? "" : "\r\n")--\(boundary)\r\n")
            head.append("Content-Type: \(type)\r\n")
            head.append("Content-Range: \(ContentRange.value(of: range, in: length))\r\n\r\n")
            pieces += [.bytes(head), .range(range)]
        }
        pieces.append(.bytes(Array("\r\n--\(boundary)--\r\n".utf8)))
        self.pieces = pieces
        self.length = pieces.reduce(0) { $0 + $1.length }
        contentType = "multipart/byteranges; boundary=\(boundary)"
    }

    /// Makes a boundary of 192 random bits, which no representation can contain but by intent.
    package static func makeBoundary() -> String {
        let numbers = (0..<3).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
        return numbers.joined()
    }
}

extension MultipartRanges.Piece {
    /// How many bytes it is.
    fileprivate var length: UInt64 {
        switch self {
        case .bytes(let bytes): UInt64(bytes.count)
        case .range(let range): range.upperBound - range.lowerBound
        }
    }
}
