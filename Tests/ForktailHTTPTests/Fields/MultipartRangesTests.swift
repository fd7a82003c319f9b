import Testing

@testable import ForktailHTTP

/// RFC 9110 section 14.6: several ranges in one answer.
struct MultipartRangesTests {
    private static let example = """
        --THIS_STRING_SEPARATES\r
        Content-Type: application/pdf\r
        Content-Range: bytes 500-504/8000\r
        \r
        aaaaa\r
        --THIS_STRING_SEPARATES\r
        Content-Type: application/pdf\r
        Content-Range: bytes 7000-7000/8000\r
        \r
        b\r
        --THIS_STRING_SEPARATES--\r

        """

    @Test func laysOutTheExampleOfTheSpecification() {
        let multipart = MultipartRanges(
            [500..<505, 7000..<7001],
            ofLength: 8000,
            type: "application/pdf",
            boundary: "THIS_STRING_SEPARATES"
        )
        let content = multipart.pieces.flatMap { piece in
            switch piece {
            case .bytes(let bytes): bytes
            case .range(500..<505): Array("aaaaa".utf8)
            case .range(let range): Array(repeating: UInt8(ascii: "b"), count: range.count)
            }
        }
        #expect(String(decoding: content, as: UTF8.self) == Self.example)
        #expect(multipart.length == UInt64(content.count))
        let type = "multipart/byteranges; boundary=THIS_STRING_SEPARATES"
        #expect(multipart.contentType == type)
        #expect(MediaType(multipart.contentType) != nil)
    }

    @Test func makesBoundariesThatAreTokens() {
        let boundaries = (0..<100).map { _ in MultipartRanges.makeBoundary() }
        #expect(Set(boundaries).count == 100)
        for boundary in boundaries {
            #expect((1...70).contains(boundary.utf8.count))
            #expect(boundary.utf8.allSatisfy(ByteSet.token.contains))
        }
    }

    @Test func writesContentRange() {
        #expect(ContentRange.value(of: 0..<1, in: 1) == "bytes 0-0/1")
        #expect(ContentRange.unsatisfied(length: 47_022) == "bytes */47022")
    }
}
