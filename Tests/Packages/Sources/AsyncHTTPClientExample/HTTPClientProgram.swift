import AsyncHTTPClient
import Forktail
import ForktailFoundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A program that asks an upstream server while it answers.
@main
final class HTTPClientProgram: AsyncApplication {
    static let upstream = ApplicationSetting(
        "upstream.url",
        default: "",
        summary: "the server that /upstream asks"
    )
    static let certificate = ApplicationSetting(
        "upstream.certificate",
        default: "",
        summary: "the file of a certificate to trust; the system's are trusted unless it is given"
    )
    static let settings = ApplicationSettings(upstream, certificate)

    private let connections = Mutex<Connections?>(nil)

    init() throws {}

    // The event-loop group has threads, and a fork takes no thread along: it is started in each
    // worker, never in init().
    func workerDidStart(_ worker: WorkerContext) async throws {
        let opened = Connections(worker.configuration)
        connections.withLock { $0 = opened }
    }

    func workerWillStop(_ worker: WorkerContext) async {
        await connections.withLock { $0 }?.close()
    }

    func respond(to request: Request) async throws -> Response {
        switch (request.method, request.path) {
        case (.get, "/hello"):
            return Response(text: "Hello, World!\n")
        case (.post, "/echo"):
            return try Response(json: try request.decode(Order.self, upTo: 65_536))
        case (.put, "/upload"):
            var count = 0
            for try await bytes in request.body { count += bytes.count }
            return Response(text: "\(count) bytes\n")
        case (.get, "/upstream"):
            guard let connections = connections.withLock({ $0 }) else { break }
            return Response(text: "the upstream says: \(try await connections.ask("/hello"))")
        default:
            break
        }
        throw HTTPError(.notFound)
    }
}

struct Order: Codable {
    let number: Int
    let items: [String]
}

/// What a worker has open.
private struct Connections {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let client: HTTPClient
    private let url: String

    init(_ configuration: Forktail.Configuration) {
        var options = HTTPClient.Configuration()
        // A client of forktail gets its 500 at once where the upstream is away.
        options.connectionPool.retryConnectionEstablishment = false
        let certificate = configuration[HTTPClientProgram.certificate]
        if !certificate.isEmpty {
            var trusted = TLSConfiguration.makeClientConfiguration()
            trusted.trustRoots = .file(certificate)
            options.tlsConfiguration = trusted
        }
        client = HTTPClient(eventLoopGroup: group, configuration: options)
        url = configuration[HTTPClientProgram.upstream]
    }

    func ask(_ path: String) async throws -> String {
        let response = try await client.execute(
            HTTPClientRequest(url: url + path),
            timeout: .seconds(10)
        )
        guard response.status == .ok else { throw HTTPError(.badGateway) }
        return String(buffer: try await response.body.collect(upTo: 65_536))
    }

    func close() async {
        try? await client.shutdown()
        try? await group.shutdownGracefully()
    }
}
