import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// The ids of requests: made, taken from trusted peers, and sent with the response.
@Suite struct RequestIDTests {
    private static func id(
        _ fields: String = "",
        peer isTrusted: Bool = false,
        trusts: Bool = true,
        gives: Bool = true
    ) -> (id: String?, output: String) {
        let dialogue = Dialogue(mayBlock: false) { rules in
            rules.givesIDs = gives
            rules.trustsIDs = trusts
            rules.isTrusted = { _ in isTrusted }
            rules.randomNumber = { 4711 }
        }
        dialogue.receive("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
        let id = dialogue.running?.request?.id
        dialogue.respond(Response(text: "a"))
        return (id, dialogue.sent)
    }

    @Test func makesOneForEachRequest() throws {
        let (id, output) = Self.id("X-Request-Id: theirs\r\n")
        let made = try #require(id)
        #expect(made.utf8.count == 32 && made.allSatisfy(\.isHexDigit))
        #expect(output.contains("\r\nX-Request-Id: \(made)\r\n"))
        var generator = RequestIDGenerator(randomNumber: { 1 })
        #expect(Set((0..<1000).map { _ in generator.next() }).count == 1000)
    }

    @Test func takesThoseOfTrustedPeers() {
        #expect(Self.id("X-Request-Id: a-B_1.+=/:\r\n", peer: true).id == "a-B_1.+=/:")
        #expect(Self.id("X-Request-Id: a\r\n", peer: true, trusts: false).id != "a")
        #expect(Self.id(peer: true).id?.utf8.count == 32)
    }

    @Test(arguments: ["", "a b", "a\"b", "é", "a\tb", "<a>", String(repeating: "a", count: 129)])
    func makesOneInThePlaceOfAStrangeOne(id: String) {
        #expect(Self.id("X-Request-Id: \(id)\r\n", peer: true).id?.utf8.count == 32)
        #expect(!RequestIDGenerator.accepts(id))
    }

    @Test func givesNoneWhereTheyAreOff() {
        let (id, output) = Self.id("X-Request-Id: a\r\n", peer: true, gives: false)
        #expect(id == nil && !output.contains("Request-Id"))
    }

    @Test func leavesTheFieldOfTheApplication() {
        let dialogue = Dialogue(mayBlock: false) { $0.givesIDs = true }
        dialogue.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        var response = Response(text: "a")
        response.fields[.requestID] = "own"
        dialogue.respond(response)
        #expect(dialogue.sent.contains("X-Request-Id: own\r\n"))
        #expect(dialogue.sent.split(separator: "Request-Id").count == 2)
    }
}
