import Forktail
import Glibc

/// Answers that are made while they are sent.
enum Streaming {
    private static func piece(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(number % 251), count: 16_384)
    }

    /// Pieces of 16 KiB, each full of its number.
    static func flow(pieces count: Int, pausing milliseconds: Int = 0) -> Response {
        var next = 0
        return Response(contentType: "application/octet-stream") {
            guard next < count else { return nil }
            next += 1
            if milliseconds > 0 { Waiting.sleep(milliseconds: milliseconds) }
            return piece(next - 1)
        }
    }

    /// Gives a piece, and waits for a file before the rest.
    static func gate(_ name: String) -> Response {
        var next = 0
        return Response(contentType: "text/plain") {
            next += 1
            if next == 2 {
                Waiting.create("\(name).entered", text: "\(getpid())")
                Waiting.forFile("\(name).open")
            }
            return next <= 2 ? Array("piece \(next)\n".utf8) : nil
        }
    }

    /// Gives a piece a minute, and says goodbye when the worker stops.
    static func events() -> Response {
        var step = 0
        return Response(contentType: "text/event-stream") {
            step += 1
            guard step > 1 else { return Array("data: first\n\n".utf8) }
            guard step == 2 else { return nil }
            do {
                try WorkerContext.current?.wait(for: .seconds(60))
                return []
            } catch {
                return Array("data: bye\n\n".utf8)
            }
        }
    }

    /// Gives a piece, then only empty ones until the worker stops.
    static func polledEvents() -> Response {
        var isFirst = true
        return Response(contentType: "text/event-stream") {
            defer { isFirst = false }
            if isFirst { return Array("data: first\n\n".utf8) }
            return WorkerContext.current?.isStopping == true ? nil : []
        }
    }

    /// Gives a piece and never another; where it pauses, it first gives an empty one.
    static func stuck(pausing: Bool = false) -> Response {
        var next = 0
        return Response(contentType: "text/plain") {
            next += 1
            if next == 1 { return Array("the beginning\n".utf8) }
            if next == 2, pausing { return [] }
            Waiting.forever()
        }
    }

    /// Gives a piece, and then only empty ones.
    static func silent() -> Response {
        var isFirst = true
        return Response(contentType: "text/plain") {
            defer { isFirst = false }
            return isFirst ? Array("the beginning\n".utf8) : []
        }
    }

    /// Sends back the body and its trailers.
    static func mirror(_ request: Request) throws -> Response {
        let body = try request.body.collect(upTo: .max)
        let trailers = request.body.trailers.map { " \($0.name): \($0.value)" }.joined()
        return Response(bytes: body + Array(trailers.utf8), contentType: "text/plain")
    }
}
