import AsyncHTTPClient
import Hummingbird
import Logging
import NIOCore

/// The routes of the AsyncHTTPClient example in Hummingbird's own server, to be measured beside it:
/// `HummingbirdServer PORT UPSTREAM`.
@main
struct ServerProgram {
    static func main() async throws {
        let port = Int(CommandLine.arguments[1]) ?? 0
        let upstream = CommandLine.arguments[2]
        let client = HTTPClient.shared
        let router = Router()
        router.get("hello") { _, _ in "Hello, World!\n" }
        router.post("echo") { request, context in
            try await request.decode(as: Order.self, context: context)
        }
        router.put("upload") { request, _ in
            var count = 0
            for try await buffer in request.body { count += buffer.readableBytes }
            return "\(count) bytes\n"
        }
        router.get("upstream") { _, _ in
            let request = HTTPClientRequest(url: upstream + "/hello")
            let response = try await client.execute(request, timeout: .seconds(10))
            return "the upstream says: "
                + String(buffer: try await response.body.collect(upTo: 65_536))
        }
        var logger = Logger(label: "server")
        logger.logLevel = .error
        let configuration = ApplicationConfiguration(address: .hostname("127.0.0.1", port: port))
        try await Application(router: router, configuration: configuration, logger: logger)
            .runService()
    }
}

struct Order: ResponseCodable {
    let number: Int
    let items: [String]
}
