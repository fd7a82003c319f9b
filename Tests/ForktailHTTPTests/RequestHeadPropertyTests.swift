import ForktailTestSupport
import Testing

@testable import ForktailHTTP

/// What holds for any request, valid or not.
struct RequestHeadPropertyTests {
    @Test func parsesToWhatWasGenerated() throws {
        for round in 0..<2000 {
            var generator = RequestGenerator(seed: Seed.current &+ UInt64(round))
            let made = generator.makeRequest()
            let note: Comment = "round \(round), \(Seed.note): \(String(received: made.bytes.span))"
            let head = try #require(outcome(of: made.bytes).head, note)
            #expect(head.method == made.method, note)
            #expect(head.target == made.target.replacing("\u{e9}", with: "%C3%A9"), note)
            #expect(head.minorVersion == made.minorVersion, note)
            #expect(head.framing == made.framing, note)
            #expect(head.fields == made.fields.map { "\($0.name): \($0.value)" }, note)
            #expect(head.length == made.bytes.count, note)
        }
    }

    @Test func acceptsOnlyMutantsThatRoundTrip() {
        var accepted = 0
        var refused = 0
        for round in 0..<4000 {
            var generator = RequestGenerator(seed: Seed.current &+ UInt64(round))
            let mutant = generator.mutate(generator.makeRequest().bytes)
            let note: Comment = "round \(round), \(Seed.note): \(String(received: mutant.span))"
            switch outcome(of: mutant) {
            case .complete(let head):
                accepted += 1
                #expect(RequestHeadProperty.readsTheSameAgain(head), note)
            case .refused:
                refused += 1
            case .incomplete:
                break
            }
        }
        #expect(accepted > 200)
        #expect(refused > 200)
    }

    @Test func isReadyForTheNextHead() throws {
        let first = Array(request("X: 1").utf8)
        let second = Array(request("Connection: close", "Content-Length: 3").utf8)
        var parser = RequestHeadParser(limits: RequestLimits())
        var head = RequestHead()
        #expect(try parser.parse(first.span, into: &head))
        #expect(try parser.parse(second.span, into: &head))
        #expect(ParsedHead(head, of: second) == parse(second).head)
        #expect(throws: RequestFault.malformedMethod) {
            try parser.parse([UInt8](" ".utf8).span, into: &head)
        }
        parser.reset()
        #expect(try parser.parse(first.span, into: &head))
        #expect(ParsedHead(head, of: first) == parse(first).head)
    }

    @Test func looksAtEachByteOnce() throws {
        let bytes = Array(request("X: " + String(repeating: "v", count: 200_000)).utf8)
        var parser = RequestHeadParser(limits: RequestLimits(fieldSize: 200_100))
        var head = RequestHead()
        let clock = ContinuousClock()
        let spent = try clock.measure {
            for end in 0..<bytes.count {
                _ = try parser.parse(bytes.span.extracting(..<end), into: &head)
            }
        }
        #expect(spent < .seconds(5), "the parser goes back over what it has seen")
    }
}
