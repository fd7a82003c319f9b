/// The chunked transfer coding as a sender writes it, RFC 9112 section 7.1.
package enum ChunkedEncoder {
    /// Appends a chunk of `data`, which must not be empty to be one: nothing is appended then.
    package static func appendChunk(of data: [UInt8], into output: inout [UInt8]) {
        guard !data.isEmpty else { return }
        output.append(hexadecimal: UInt64(data.count))
        output.append(literal: "\r\n")
        output.append(contentsOf: data)
        output.append(literal: "\r\n")
    }

    /// Appends the last chunk, the trailer section and the empty line that ends the body.
    package static func appendEnd(trailers: HTTPFields = [:], into output: inout [UInt8]) {
        output.append(literal: "0\r\n")
        for field in trailers { output.append(field) }
        output.append(literal: "\r\n")
    }
}
