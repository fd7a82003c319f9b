import Forktail
import ForktailLogHandler
import Hummingbird
import Logging

/// A program whose routes are a router of Hummingbird, served by forktail.
@main
struct RouterProgram: AsyncApplication {
    private let routes: MountedRouter

    // A router has no threads, so that it may be made before the fork.
    init() throws {
        let router = Router(context: MountedContext.self)
        router.get("hello") { _, _ in "Hello, World!\n" }
        router.get("hello/:name") { _, context in
            let name = try context.parameters.require("name")
            context.logger.info("greets", metadata: ["name": "\(name)"])
            return "Hello, \(name)!\n"
        }
        router.post("echo") { request, context in
            try await request.decode(as: Order.self, context: context)
        }
        router.put("upload") { request, _ in
            var count = 0
            for try await buffer in request.body { count += buffer.readableBytes }
            return "\(count) bytes\n"
        }
        router.get("count/:end") { _, context in
            let end = try context.parameters.require("end", as: Int.self)
            return Hummingbird.Response(
                status: .ok,
                headers: [.contentType: "text/plain"],
                body: ResponseBody { writer in
                    for number in 1...end {
                        try await writer.write(ByteBuffer(string: "\(number)\n"))
                    }
                    try await writer.finish(nil)
                }
            )
        }
        router.get("broken") { _, _ in
            Hummingbird.Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "the first part"))
                    throw BrokenBody()
                }
            )
        }
        router.get("teapot") { _, _ -> String in
            throw Hummingbird.HTTPError(.init(code: 418), message: "short and stout")
        }
        // A trap, which costs this request only.
        router.get("items/:index") { _, context in
            ["a", "b"][try context.parameters.require("index", as: Int.self)]
        }
        routes = MountedRouter(router)
    }

    func workerDidStart(_ worker: WorkerContext) async throws {
        LoggingSystem.bootstrap { _ in ForktailLogHandler() }
    }

    func respond(to request: Forktail.Request) async throws -> Forktail.Response {
        try await ForktailLogHandler.$request.withValue(request) {
            try await routes.respond(to: request)
        }
    }
}

struct Order: ResponseCodable {
    let number: Int
    let items: [String]
}

struct BrokenBody: Error {}
