import ForktailHTTP
import Glibc
import Testing

@testable import ForktailWorker

/// JSON as handlers read and write it: RFC 8259.
@Suite struct JSONTests {
    private func parse(_ text: String) throws(JSON.Fault) -> String {
        let value = try JSON(parsing: Array(text.utf8))
        return String(decoding: value.serialized, as: UTF8.self)
    }

    @Test(arguments: [
        ("null", "null"), (" true\n", "true"), ("false", "false"), ("0", "0"), ("-0", "0"),
        ("12", "12"), ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9.223372036854776e+18"), ("1.50", "1.5"), ("1e3", "1000.0"),
        ("-2E-2", "-0.02"), ("\"\"", "\"\""), ("\"a\\u0041\\n\\/\"", "\"aA\\n/\""),
        ("\"\\ud83d\\ude00é\"", "\"😀é\""), ("[]", "[]"), ("[1, [2],{}]", "[1,[2],{}]"),
        ("{\"b\":1,\"a\":{\"c\":null}}", "{\"b\":1,\"a\":{\"c\":null}}"),
        ("\t{ \"a\" : [ ] }\r\n", "{\"a\":[]}"),
    ])
    func reads(text: String, wanted: String) throws {
        try #expect(parse(text) == wanted)
    }

    @Test(arguments: [
        ("", "line 1, column 1: a value is expected"), ("nul", "line 1, column 1: a value"),
        ("01", "no zero before them"), ("-", "a number has digits"), ("1.", "a digit"),
        ("1e", "a digit"), ("+1", "a value"), (".5", "a value"), ("1 2", "nothing may follow"),
        ("[1,]", "line 1, column 4: a value"), ("[1", "a comma or ]"), ("{\"a\" 1}", "a colon"),
        ("{a:1}", "a name in quotes"), ("{\"a\":1,}", "a name in quotes"), ("\"a", "has no end"),
        ("\"\n\"", "a control character"), ("\"\\x\"", "no such escape"),
        ("\"\\u12\"", "four hexadecimal"), ("\"\\ud83d\"", "surrogate"),
        ("\"\\ud83dx\\ude00\"", "surrogate"), ("\"\\ude00\"", "surrogate"),
        ("\"\\ud83d\\u0041\"", "surrogate"), ("1e999", "too large"),
        ("{\n  \"a\": 1,\n  \"b\": x\n}", "line 3, column 8: a value is expected"),
    ])
    func namesTheFault(text: String, words: String) {
        let fault = #expect(throws: JSON.Fault.self) { try parse(text) }
        #expect(fault.map { "\($0)".contains(words) } == true, "\(text): \(fault as Any)")
    }

    @Test func refusesBytesThatAreNoText() {
        #expect(throws: JSON.Fault.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSON.Fault.self) { try JSON(parsing: [0xEF, 0xBB, 0xBF, 0x31]) }
    }

    @Test func boundsTheDepth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(String(repeating: "[", count: depth).utf8)
                + Array(String(repeating: "]", count: depth).utf8)
        }
        _ = try JSON(parsing: nested(128))
        let fault = #expect(throws: JSON.Fault.self) { try JSON(parsing: nested(129)) }
        #expect(fault?.reason == "more than 128 levels")
        #expect(throws: JSON.Fault.self) { try JSON(parsing: nested(100_000)) }
    }

    /// What was written is read again, whatever bytes are changed on the way: a fault or a value.
    @Test func survivesChangedBytes() throws {
        let text = Array("{\"a\":[1,-2.5e3,\"\\u00e9\\\"\",true,null],\"b\":{}}".utf8)
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                guard let value = try? JSON(parsing: changed) else { continue }
                let again = try JSON(parsing: value.serialized)
                #expect(again.serialized == value.serialized)
            }
            #expect(throws: JSON.Fault.self) { try JSON(parsing: Array(text[..<index])) }
        }
    }

    @Test func writesSwiftValues() {
        let (name, count, price, parent) = ("swift", 2, 1.5, String?.none)
        let json: JSON = [
            "name": JSON(name), "count": JSON(count), "price": JSON(price), "is": JSON(true),
            "parent": JSON(parent), "tags": JSON(["a", "b"]), "of": JSON(["z": 1, "a": 2]),
        ]
        let text = String(decoding: json.serialized, as: UTF8.self)
        #expect(
            text == "{\"name\":\"swift\",\"count\":2,\"price\":1.5,\"is\":true,"
                + "\"parent\":null,\"tags\":[\"a\",\"b\"],\"of\":{\"a\":2,\"z\":1}}"
        )
    }

    @Test func namesTheMemberThatIsWrong() throws {
        let json = try JSON(parsing: Array("{\"name\":\"a\",\"count\":2.0,\"tags\":[1]}".utf8))
        try #expect(json.string(of: "name") == "a")
        try #expect(json.integer(of: "count") == 2)
        try #expect(json.number(of: "count") == 2)
        try #expect(json.array(of: "tags").first?.integerValue == 1)
        let missing = #expect(throws: HTTPError.self) { try json.bool(of: "isNew") }
        #expect(missing?.message == "the member \"isNew\" is missing")
        let wrong = #expect(throws: HTTPError.self) { try json.integer(of: "name") }
        #expect(wrong?.description == "400 the member \"name\" must be an integer")
        let none = #expect(throws: HTTPError.self) { try JSON.null.string(of: "a") }
        #expect(none?.message == "an object is expected")
    }

    @Test func readsBodies() throws {
        let request = try Request(.post, "/", body: Array("{\"a\": }".utf8))
        let error = #expect(throws: HTTPError.self) { try request.json(upTo: 100) }
        #expect(error?.status == .badRequest)
        #expect(error?.message == "the body is no JSON: line 1, column 7: a value is expected")
        let large = try Request(.post, "/", body: Array("[1]".utf8))
        #expect(throws: BodyError.tooLarge) { try large.json(upTo: 2) }
    }

    @Test func showsTheContentOfResponses() throws {
        try #expect(Response(text: "é").text == "é")
        try #expect(Response(json: ["a": 1]).json["a"]?.integerValue == 1)
        var pieces = [[1], [], [2, 3]].map { $0.map(UInt8.init) }[...]
        let stream = Response(contentType: "a/b") { pieces.popFirst() }
        try #expect(stream.bytes == [1, 2, 3])
        let file = open("/proc/self/exe", O_RDONLY)
        defer { close(file) }
        let region = FileRegion(descriptor: file, owner: self as AnyObject, offset: 1, length: 3)
        try #expect(Response(file: region, contentType: "a/b").text == "ELF")
        let failing = Response(contentType: "a/b") { throw HTTPError(.conflict) }
        #expect(throws: HTTPError.self) { try failing.bytes }
    }

    @Test func makesAContextForTests() throws {
        let context = try WorkerContext.forTests(slot: 3)
        #expect(context.slot == 3)
        #expect(!context.isStopping)
        try context.wait(for: .milliseconds(1))
    }
}
