import Forktail
import FoundationEssentials
import Testing

@testable import ForktailFoundation

/// Codable values as the content of requests and responses.
@Suite struct CodableTests {
    private struct Item: Codable, Equatable {
        var name: String
        var price: Double?
    }

    private struct Order: Codable, Equatable {
        var id: Int
        var isPaid: Bool
        var items: [Item]
        var notes: [String: String]?
    }

    private static let text = #"{"id":7,"isPaid":true,"items":[{"name":"pen","price":1.5}]}"#
    private static let order = Order(
        id: 7,
        isPaid: true,
        items: [Item(name: "pen", price: 1.5)],
        notes: nil
    )

    private static func request(_ body: String) throws -> Request {
        try Request(.post, "/orders", body: Array(body.utf8))
    }

    @Test func readTheBodyOfARequest() throws {
        #expect(try Self.request(Self.text).decode(Order.self, upTo: 1000) == Self.order)
        #expect(throws: BodyError.self) {
            try Self.request(Self.text).decode(Order.self, upTo: 20)
        }
    }

    @Test func makeTheContentOfAResponse() throws {
        let response = try Response(json: Self.order, status: .created)
        #expect(response.status == .created && response.fields[.contentType] == "application/json")
        let bytes = Data(try response.bytes)
        #expect(try JSONDecoder().decode(Order.self, from: bytes) == Self.order)
    }

    /// The library's own JSON stays what a literal makes.
    @Test func leaveLiteralsToTheLibrary() throws {
        let response = Response(json: ["a": 1, "b": [true, nil]])
        #expect(try response.text == #"{"a":1,"b":[true,null]}"#)
    }

    @Test(arguments: [
        ("", "the body is no JSON"), ("{", "the body is no JSON"),
        ("[]", "the body must be an object"), ("7", "the body must be an object"),
        ("{}", "the member \"id\" is missing"),
        (#"{"id":"7"}"#, "the member \"id\" must be an integer"),
        (#"{"id":null}"#, "the member \"id\" must be an integer, and is null"),
        (#"{"id":7,"isPaid":1,"items":[]}"#, "the member \"isPaid\" must be true or false"),
        (#"{"id":7,"isPaid":true,"items":{}}"#, "the member \"items\" must be an array"),
        (
            #"{"id":7,"isPaid":true,"items":[{"name":"pen"},{"price":1}]}"#,
            "the member \"items[1].name\" is missing"
        ),
        (
            #"{"id":7,"isPaid":true,"items":[{"name":"pen","price":"1"}]}"#,
            "the member \"items[0].price\" must be a number"
        ),
    ])
    func nameTheKeyThatIsWrong(_ body: String, _ reason: String) throws {
        let error = #expect(throws: HTTPError.self) {
            try Self.request(body).decode(Order.self, upTo: 1000)
        }
        #expect(error?.status == .badRequest && error?.message == reason, "\(error?.message ?? "")")
    }
}
