import Testing

@testable import ForktailHTTP

/// RFC 9110 section 5: fields as values, and no way to smuggle a line into one.
struct HTTPFieldTests {
    @Test(arguments: 0...0x7f)
    func refusesControlCharactersInValues(_ code: UInt8) {
        let value = "a\(Unicode.Scalar(code))b"
        let isControl = (code < 0x20 && code != 9) || code == 0x7f
        #expect((HTTPField(name: .location, value: value) == nil) == isControl)
        var fields: HTTPFields = [.location: "/"]
        fields[.location] = value
        #expect((fields.refusedName == .location) == isControl)
        #expect(fields[.location] == (isControl ? nil : value))
        #expect((([.vary: value] as HTTPFields).refusedName == .vary) == isControl)
        #expect((Response(redirect: value).fields.refusedName != nil) == isControl)
        #expect((Response.Status(code: 200, reasonPhrase: value) == nil) == isControl)
    }

    @Test(arguments: 0...0xff)
    func takesOnlyTokensAsNames(_ code: UInt8) {
        let others = "!#$%&'*+-.^_`|~0123456789"
        let scalar = Unicode.Scalar(code)
        let isLetter = (0x41...0x5a).contains(code) || (0x61...0x7a).contains(code)
        let isToken = isLetter || others.unicodeScalars.contains(scalar)
        #expect((HTTPField.Name("a\(scalar)b") != nil) == isToken)
    }

    @Test func forgetsRefusalWhenTheNameIsAssignedAgain() {
        var fields: HTTPFields = [.location: "a\nb", .vary: "x"]
        fields[.vary] = "y"
        #expect(fields.refusedName == .location)
        fields[.location] = "c"
        #expect(fields.refusedName == nil)
        #expect(fields[.location] == "c")
        fields.append("\r", for: .vary)
        fields[.vary] = nil
        #expect(fields.refusedName == nil)
    }

    @Test func refusesEmptyName() {
        #expect(HTTPField.Name("") == nil)
    }

    @Test(arguments: [
        ("", ""), (" ", ""), (" \t ", ""), ("a", "a"), (" a", "a"), ("a\t", "a"), (" a b ", "a b"),
        (" caf\u{e9} ", "caf\u{e9}"),
    ])
    func trimsValues(_ value: String, trimmed: String) throws {
        #expect(try #require(HTTPField(name: .vary, value: value)).value == trimmed)
    }

    @Test func comparesNamesWithoutCase() throws {
        let name = try #require(HTTPField.Name("cONTENT-tYPE"))
        #expect(name == .contentType)
        #expect(name.hashValue == HTTPField.Name.contentType.hashValue)
        #expect(name.rawName == "cONTENT-tYPE")
        #expect(name.canonicalName == "content-type")
        #expect(name != .contentLength)
        #expect(HTTPField.Name("x@y") == nil)
        #expect(HTTPField.Name("x^") != HTTPField.Name("x~"))
    }

    @Test func combinesValues() {
        let fields: HTTPFields = [
            .accept: "a", .cookie: "x=1", .setCookie: "s=1", .accept: "b", .cookie: "y=2",
            .setCookie: "t=2",
        ]
        #expect(fields[.accept] == "a, b")
        #expect(fields[.cookie] == "x=1; y=2")
        #expect(fields[.setCookie] == "s=1")
        #expect(fields[values: .setCookie] == ["s=1", "t=2"])
        #expect(fields[.vary] == nil)
        #expect(fields.count == 6)
        #expect(fields.map(\.value) == ["a", "x=1", "s=1", "b", "y=2", "t=2"])
    }

    @Test func replacesAllValues() throws {
        var fields: HTTPFields = [.vary: "a", .accept: "b", .vary: "c"]
        fields[.vary] = "d"
        #expect(fields.map(\.description) == ["Accept: b", "Vary: d"])
        fields[values: .vary] = ["e", "f"]
        #expect(fields[values: .vary] == ["e", "f"])
        fields[.accept] = nil
        #expect(!fields.contains(.accept))
        fields.append(try #require(HTTPField(name: .eTag, value: "g")))
        fields.append("h", for: .eTag)
        #expect(fields.map(\.description) == ["Vary: e", "Vary: f", "ETag: g", "ETag: h"])
    }

    @Test(arguments: [
        (Response.Status.ok, 200, "OK"), (.notFound, 404, "Not Found"),
        (.contentTooLarge, 413, "Content Too Large"), (.uriTooLong, 414, "URI Too Long"),
        (.continue, 100, "Continue"), (.imUsed, 226, "IM Used"),
        (.networkAuthenticationRequired, 511, "Network Authentication Required"),
    ])
    func namesStatuses(_ status: Response.Status, code: Int, phrase: String) {
        #expect(status.code == code)
        #expect(status.reasonPhrase == phrase)
        #expect(Response.Status(code: code)?.reasonPhrase == phrase)
    }

    @Test(arguments: [
        (99, false), (100, true), (299, true), (999, true), (1000, false), (-1, false),
    ])
    func takesCodesOfThreeDigits(_ code: Int, isTaken: Bool) {
        #expect((Response.Status(code: code) != nil) == isTaken)
    }
}

extension HTTPField {
    fileprivate var description: String { "\(name): \(value)" }
}
