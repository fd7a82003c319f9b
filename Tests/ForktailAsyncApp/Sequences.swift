import Forktail

/// Responses of asynchronous sequences.
enum Sequences {
    /// Gives pieces, each after a wait where nothing else is said.
    struct Pieces: AsyncSequence, AsyncIteratorProtocol {
        var count: Int
        var failsAtEnd = false
        var waits = true
        var next = 0

        typealias Failure = any Error

        mutating func next() async throws -> [UInt8]? {
            if waits { await Task.yield() }
            next += 1
            guard next <= count else {
                if failsAtEnd { throw HTTPError(.badGateway) }
                return nil
            }
            return Array("piece \(next)\n".utf8)
        }

        func makeAsyncIterator() -> Pieces { self }
    }

    static func flow(pieces: Int, waits: Bool = true) -> Response {
        Response(contentType: "text/plain", sequence: Pieces(count: pieces, waits: waits))
    }

    static func broken() -> Response {
        Response(contentType: "text/plain", sequence: Pieces(count: 2, failsAtEnd: true))
    }

    static func short() -> Response {
        Response(contentType: "text/plain", sequence: Pieces(count: 2), length: 1000)
    }

    static func trailers() -> Response {
        Response(
            contentType: "text/plain",
            sequence: Pieces(count: 2),
            trailers: .init([.eTag]) { [.eTag: "\"2\""] }
        )
    }

    /// Gives an event whenever a gate opens: 1, 2, and so on.
    static func events(_ gates: Gates) -> Response {
        let (events, continuation) = AsyncStream<[UInt8]>.makeStream()
        Task {
            for number in 1...3 {
                continuation.yield(Array("data: \(number)\n\n".utf8))
                await gates.pass("event-\(number)")
            }
            continuation.finish()
        }
        return Response(contentType: "text/event-stream", sequence: events)
    }

    /// Gives one piece, and nothing more for an hour.
    static func silent(_ request: Request) -> Response {
        struct Drought: AsyncSequence, AsyncIteratorProtocol {
            let request: Request
            var isFirst = true

            mutating func next() async throws -> [UInt8]? {
                if !isFirst { try await request.sleep(for: .seconds(3600)) }
                isFirst = false
                return Array("first\n".utf8)
            }

            func makeAsyncIterator() -> Drought { self }
        }
        return Response(contentType: "text/plain", sequence: Drought(request: request))
    }
}
