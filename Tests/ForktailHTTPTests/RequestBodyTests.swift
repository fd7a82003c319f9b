import Testing

@testable import ForktailHTTP

/// Reading a body, whole or in parts.
struct RequestBodyTests {
    /// A body that comes in given parts and may end in an error.
    final class Source: BodySource {
        var parts: [[UInt8]]
        let error: BodyError?
        var asked: [Int] = []

        init(_ parts: [[UInt8]], error: BodyError? = nil) {
            self.parts = parts
            self.error = error
        }

        func read(upTo count: Int) throws(BodyError) -> [UInt8] {
            asked.append(count)
            guard parts.isEmpty else { return parts.removeFirst() }
            if let error { throw error }
            return []
        }

        var trailers: HTTPFields { parts.isEmpty ? [.eTag: "x"] : [:] }
    }

    @Test func readsParts() throws {
        let source = Source([[1, 2], [3]])
        let body = RequestBody(source: source)
        #expect(try body.read() == [1, 2])
        #expect(body.trailers.isEmpty)
        #expect(try body.read(upTo: 0) == [3])
        #expect(try body.read() == nil)
        #expect(try body.read() == nil)
        #expect(source.asked == [65_536, 1, 65_536, 65_536])
        #expect(body.trailers[.eTag] == "x")
    }

    @Test(arguments: [(3, true), (100, true), (2, false), (0, false)])
    func collectsUpTo(_ limit: Int, fits: Bool) throws {
        let body = RequestBody(source: Source([[1, 2], [3]]))
        if fits {
            #expect(try body.collect(upTo: limit) == [1, 2, 3])
        } else {
            #expect(throws: BodyError.tooLarge) { try body.collect(upTo: limit) }
        }
    }

    @Test func neverTakesAPartForTheWhole() {
        let cut = RequestBody(source: Source([[1]], error: .truncated))
        #expect(throws: BodyError.truncated) { try cut.collect(upTo: 10) }
        let discarded = RequestBody(source: Source([[1]], error: .timedOut))
        #expect(throws: BodyError.timedOut) { try discarded.discard() }
    }

    @Test func discardsAll() throws {
        let source = Source([[1], [2]])
        try RequestBody(source: source).discard()
        #expect(source.parts.isEmpty)
    }

    @Test func isEmptyWithoutSource() throws {
        #expect(try RequestBody.empty.read() == nil)
        #expect(try RequestBody.empty.collect(upTo: 0) == [])
    }

    @Test(arguments: [
        (BodyError.truncated, 400), (.timedOut, 408), (.tooLarge, 413),
        (BodyError(.bodyTooLarge), 413), (BodyError(.malformedChunkSize), 400),
        (BodyError(.tooManyFields), 431),
    ])
    func hasStatus(_ error: BodyError, code: Int) {
        #expect(error.status.code == code)
        #expect(!error.description.isEmpty)
    }

    @Test func namesFault() {
        #expect(BodyError(.missingChunkEnd).description == RequestFault.missingChunkEnd.description)
        #expect(BodyError(.bodyTooLarge) == .tooLarge)
    }
}
