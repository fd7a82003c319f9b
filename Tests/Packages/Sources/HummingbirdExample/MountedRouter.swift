import AsyncAlgorithms
import Forktail
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A router of Hummingbird as a handler of forktail: requests and responses are converted.
struct MountedRouter {
    private let responder: RouterResponder<MountedContext>

    init(_ router: Router<MountedContext>) {
        responder = router.buildResponder()
    }

    func respond(to request: Forktail.Request) async throws -> Forktail.Response {
        let context = MountedContext(source: MountedContext.Source(id: request.id))
        do {
            let response = try await responder.respond(to: .init(request), context: context)
            return try await .init(response)
        } catch let error as any HTTPResponseError {
            let request = Hummingbird.Request(request)
            return try await .init(try error.response(from: request, context: context))
        }
    }
}

/// The context of a request; its logger has the request's id.
struct MountedContext: RequestContext {
    struct Source: RequestContextSource {
        let logger: Logger

        init(id: String?) {
            var logger = Logger(label: "hummingbird")
            logger[metadataKey: "hb.request.id"] = "\(id ?? "-")"
            self.logger = logger
        }
    }

    var coreContext: CoreRequestContextStorage

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}

extension Hummingbird.Request {
    /// Makes a request whose body is read from the client while the route reads it.
    init(_ request: Forktail.Request) {
        var fields = HTTPTypes.HTTPFields()
        for field in request.fields {
            guard let name = HTTPTypes.HTTPField.Name(field.name.rawName) else { continue }
            fields.append(HTTPTypes.HTTPField(name: name, value: field.value))
        }
        let head = HTTPRequest(
            method: HTTPRequest.Method(request.method.rawValue) ?? .get,
            scheme: request.scheme,
            authority: request.authority,
            path: request.target,
            headerFields: fields
        )
        let pieces = request.body.map { ByteBuffer(bytes: $0) }
        self.init(head: head, body: Hummingbird.RequestBody(asyncSequence: pieces))
    }
}

extension Forktail.Response {
    /// The length up to which a body is written into memory first.
    private static let smallBody = 65_536

    /// Makes a response of the same status, fields and content; trailers are left out.
    init(_ response: Hummingbird.Response) async throws {
        var fields = Forktail.HTTPFields()
        for field in response.headers where field.name != .contentLength {
            guard let name = Forktail.HTTPField.Name(field.name.rawName),
                let field = Forktail.HTTPField(name: name, value: field.value)
            else { continue }
            fields.append(field)
        }
        let length = response.body.contentLength
        let body: Body
        if let length, length <= Self.smallBody {
            let content = Collector()
            try await response.body.write(CollectingWriter(content))
            body = .bytes(content.bytes)
        } else {
            body = .sequence(
                ByteSequence(PulledBody(response.body), length: length.map { UInt64($0) })
            )
        }
        let status = Status(code: response.status.code, reasonPhrase: response.status.reasonPhrase)
        self.init(status: status ?? .internalServerError, fields: fields, body: body)
    }
}

/// The content of a small response; only the task that writes it refers to it.
private final class Collector {
    var bytes: [UInt8] = []
}

private struct CollectingWriter: ResponseBodyWriter {
    private let content: Collector

    init(_ content: Collector) { self.content = content }

    func write(_ buffer: ByteBuffer) { content.bytes += buffer.readableBytesView }

    consuming func finish(_ trailers: HTTPTypes.HTTPFields?) {}
}

/// A body that Hummingbird writes, as a sequence from which forktail takes a piece when the client
/// can take more.
///
/// A task writes it, on the threads of Swift's global pool. It waits in each write until the piece was
/// taken, and is cancelled when the response is given up.
private final class PulledBody: AsyncSequence {
    private let channel = AsyncThrowingChannel<[UInt8], any Error>()
    private let writing: Task<Void, Never>

    init(_ body: ResponseBody) {
        writing = Task { [channel] in
            do {
                try await body.write(ChannelWriter(channel: channel))
                channel.finish()
            } catch {
                channel.fail(error)
            }
        }
    }

    deinit { writing.cancel() }

    func makeAsyncIterator() -> Iterator {
        Iterator(body: self, pieces: channel.makeAsyncIterator())
    }

    struct Iterator: AsyncIteratorProtocol {
        /// Kept until the last piece was taken.
        let body: PulledBody
        var pieces: AsyncThrowingChannel<[UInt8], any Error>.Iterator

        mutating func next() async throws -> [UInt8]? { try await pieces.next() }
    }
}

private struct ChannelWriter: ResponseBodyWriter {
    let channel: AsyncThrowingChannel<[UInt8], any Error>

    func write(_ buffer: ByteBuffer) async throws {
        await channel.send(Array(buffer.readableBytesView))
        try Task.checkCancellation()
    }

    consuming func finish(_ trailers: HTTPTypes.HTTPFields?) {}
}
