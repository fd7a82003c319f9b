import Testing

@testable import ForktailHTTP

/// The pairs of queries and forms.
@Suite struct FormPairsTests {
    @Test func looksUpNames() throws {
        let query = try Request(.get, "/?page=2&tag=a&tag=b+c&x&=y&%C3%A9=%C3%A9").query
        #expect(query["page"] == "2")
        #expect(query["tag"] == "a")
        #expect(query.all("tag") == ["a", "b c"])
        #expect(query["x"] == "")
        #expect(query[""] == "y")
        #expect(query["é"] == "é")
        #expect(query["nothing"] == nil)
        #expect(query.all("nothing") == [])
        #expect(query.count == 6)
        try #expect(Request(.get, "/").query.isEmpty)
    }

    @Test func readsForms() throws {
        let type: HTTPFields = [.contentType: "application/x-www-form-urlencoded; charset=utf-8"]
        let request = try Request(.post, "/", fields: type, body: Array("a=1&b=%3D+%26".utf8))
        let form = try request.form(upTo: 100)
        #expect(form.map { "\($0.name) is \($0.value)" } == ["a is 1", "b is = &"])
    }

    @Test(arguments: ["application/json", "multipart/form-data; boundary=x", nil])
    func refusesOtherTypes(type: String?) throws {
        var fields = HTTPFields()
        fields[.contentType] = type
        let request = try Request(.post, "/", fields: fields, body: Array("a=1".utf8))
        let error = #expect(throws: HTTPError.self) { try request.form(upTo: 100) }
        #expect(error?.status == .unsupportedMediaType)
    }

    @Test func refusesALargerForm() throws {
        let type: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        let request = try Request(.post, "/", fields: type, body: Array("a=12".utf8))
        #expect(throws: BodyError.tooLarge) { try request.form(upTo: 3) }
    }

    /// HEAD is handled as GET, where no `case` of its own comes first.
    @Test(arguments: [
        (Request.Method.get, "get"), (.head, "get"), (.post, "post"), (.put, "405"),
    ])
    func matchesHeadAsGet(method: Request.Method, wanted: String) throws {
        let request = try Request(method, "/a")
        let found =
            switch (request.method, request.path) {
            case (.get, "/a"): "get"
            case (.post, "/a"): "post"
            case (_, "/a"): "405"
            default: "404"
            }
        #expect(found == wanted)
    }
}
