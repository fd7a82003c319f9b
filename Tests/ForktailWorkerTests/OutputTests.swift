import ForktailHTTP
import ForktailSystem
import Testing

@testable import ForktailWorker

struct OutputTests {
    private static func output(_ body: Response.Body, _ transfer: BodyTransfer) -> Output {
        let exchange = Exchange(
            start: .now(),
            peer: .unix,
            request: nil,
            response: Response(body: body)
        )
        return Output(head: Array("head".utf8), transfer: transfer, exchange: exchange)
    }

    private static func stream(_ length: UInt64? = nil) -> Response.Body {
        .stream(length: length) { nil }
    }

    private static let owner = Box()

    private final class Box: Sendable {}

    @Test func sendsBytesBehindTheHead() {
        let output = Self.output(.bytes(Array("body".utf8)), .length(4))
        #expect(output.bytes == Array("headbody".utf8))
        #expect(!output.hasMore)
        #expect(output.exchange.bodyLength == 4)
        #expect(output.sentLength == 0)
        output.take(6)
        #expect(output.sentLength == 2)
        #expect(!output.isEmpty)
        output.take(2)
        #expect(output.isEmpty)
        #expect(output.sentLength == 4)
    }

    /// The answer to HEAD says what the body would be, and has none.
    @Test func sendsNoBodyWhereThereMustBeNone() {
        let region = FileRegion(descriptor: -1, owner: Self.owner, offset: 0, length: 9)
        for body in [.bytes([1, 2]), .file(region), Self.stream()] as [Response.Body] {
            let output = Self.output(body, .none)
            #expect(output.bytes == Array("head".utf8))
            #expect(!output.hasMore)
            #expect(output.exchange.bodyLength == 0)
        }
    }

    @Test func sendsAPartOfAFile() {
        let region = FileRegion(descriptor: -1, owner: Self.owner, offset: 100, length: 50)
        let output = Self.output(.file(region), .length(50))
        output.take(4)
        #expect(output.isEmpty && output.hasMore)
        output.takeFile(region, upTo: 120)
        #expect(output.taken == 24)
        guard case .file(_, offset: 120) = output.source else {
            Issue.record("the file does not go on at 120")
            return
        }
        #expect(output.sentLength == 20)
        output.takeFile(region, upTo: 150)
        #expect(!output.hasMore)
        #expect(output.sentLength == 50)
    }

    @Test func sendsAStreamInChunks() throws {
        let output = Self.output(Self.stream(), .chunked)
        output.take(4)
        try output.take(piece: Array("abc".utf8))
        #expect(output.bytes == Array("3\r\nabc\r\n".utf8))
        output.take(8)
        try output.take(piece: [])
        #expect(output.isEmpty)
        guard case .stream = output.source else {
            Issue.record("an empty piece is no end")
            return
        }
        try output.take(piece: nil)
        #expect(output.bytes == Array("0\r\n\r\n".utf8))
        guard case .nothing = output.source else {
            Issue.record("more follows the end")
            return
        }
        #expect(output.exchange.bodyLength == 3)
    }

    @Test func sendsAStreamOfALength() throws {
        let output = Self.output(Self.stream(5), .length(5))
        output.take(4)
        try output.take(piece: Array("abc".utf8))
        #expect(output.bytes == Array("abc".utf8))
        output.take(1)
        #expect(output.sentLength == 1)
        output.take(2)
        try output.take(piece: Array("de".utf8))
        output.take(2)
        try output.take(piece: nil)
        #expect(output.isEmpty && !output.hasMore)
    }

    @Test func refusesAStreamThatKeepsNotToItsLength() throws {
        let long = Self.output(Self.stream(5), .length(5))
        #expect(throws: SendFailure.self) { try long.take(piece: [UInt8](repeating: 0, count: 6)) }
        let short = Self.output(Self.stream(5), .length(5))
        try short.take(piece: [1, 2])
        #expect(throws: SendFailure.self) { try short.take(piece: nil) }
    }

    @Test func sendsTrailers() throws {
        let trailers = Response.Trailers([.eTag]) { [.eTag: "x"] }
        let output = Self.output(.streamWithTrailers(trailers) { nil }, .chunked)
        try output.take(piece: nil)
        #expect(output.bytes == Array("0\r\nETag: x\r\n\r\n".utf8))
        let wrong = Response.Trailers([.eTag]) { [.link: "</>"] }
        let cut = Self.output(.streamWithTrailers(wrong) { nil }, .chunked)
        #expect(throws: SendFailure.self) { try cut.take(piece: nil) }
    }

    @Test func sendsAStreamToTheEndOfTheConnection() throws {
        let output = Self.output(Self.stream(), .untilClose)
        try output.take(piece: Array("abc".utf8))
        #expect(output.bytes == Array("abc".utf8))
        try output.take(piece: nil)
        #expect(output.isEmpty && !output.hasMore)
    }
}
