import Testing

@testable import ForktailHTTP

/// Requests made of values, as the tests of an application make them.
struct RequestValuesTests {
    @Test func hasWhatItWasGiven() throws {
        let fields: HTTPFields = [.accept: "a/b", .cookie: "x=1", .accept: "c/d"]
        let request = try Request(
            .patch,
            "/a%20b?c=d",
            fields: fields,
            body: [1, 2, 3],
            trailers: [.eTag: "\"x\""],
            from: .ipv4(0xc000_0201, port: 9)
        )
        #expect(request.method == .patch)
        #expect(request.target == "/a%20b?c=d")
        #expect(request.path == "/a b")
        #expect(request.query.map(\.name) == ["c"])
        #expect(request.version.description == "HTTP/1.1")
        #expect(request.authority == "localhost")
        #expect(request[.accept] == "a/b, c/d")
        #expect(request[.contentLength] == "3")
        #expect(request.remoteAddress.description == "192.0.2.1:9")
        #expect(try request.body.read(upTo: 2) == [1, 2])
        #expect(request.body.trailers.isEmpty)
        #expect(try request.body.collect(upTo: 1) == [3])
        #expect(request.body.trailers[.eTag] == "\"x\"")
    }

    @Test func hasDefaults() throws {
        let request = try Request()
        #expect(request.method == .get)
        #expect(request.target == "/")
        #expect(request.fields.map(\.name) == [.host])
        #expect(try request.body.read() == nil)
        #expect(try Request(fields: [.host: "example.org"]).authority == "example.org")
    }

    @Test func replacesItsFraming() throws {
        let fields: HTTPFields = [.contentLength: "7", .transferEncoding: "chunked"]
        let request = try Request(.post, fields: fields, body: [1])
        #expect(request[.contentLength] == "1")
        #expect(request[.transferEncoding] == nil)
        #expect(try request.body.collect(upTo: 9) == [1])
        #expect(try Request(fields: fields)[.contentLength] == nil)
    }

    @Test func takesOtherForms() throws {
        #expect(try Request(.options, "*").path == "*")
        #expect(try Request(.connect, "a:1").authority == "a:1")
    }

    @Test(arguments: [
        (Request.Method.get, "", 400), (.get, "a b", 400), (.get, "/%", 400), (.get, "*", 400),
        (.get, "/ HTTP/1.1\r\n\r\n", 400), (.init(rawValue: "G T"), "/", 400),
        (.get, "/" + String(repeating: "a", count: 9000), 414),
    ])
    func refuses(_ method: Request.Method, target: String, code: Int) {
        let error = #expect(throws: HTTPError.self) { try Request(method, target) }
        #expect(error?.status.code == code)
    }
}
