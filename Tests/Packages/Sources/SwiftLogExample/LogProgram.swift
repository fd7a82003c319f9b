import Forktail
import ForktailLogHandler
import Logging

/// A program whose libraries log by swift-log.
@main
struct LogProgram: AsyncApplication {
    init() throws {}

    func workerDidStart(_ worker: WorkerContext) async throws {
        LoggingSystem.bootstrap { _ in ForktailLogHandler() }
        Logger(label: "orders").notice("connected", metadata: ["pool": "\(4)"])
    }

    func respond(to request: Request) async throws -> Response {
        try await ForktailLogHandler.$request.withValue(request) {
            try await Orders().pay(request.path)
            return Response(text: "paid\n")
        }
    }
}

/// Stands for a library, which knows nothing of requests.
struct Orders {
    private var logger = Logger(label: "orders")

    init() { logger[metadataKey: "currency"] = "EUR" }

    func pay(_ order: String) async throws {
        // A child task, which may run elsewhere, still knows the request.
        async let paid: Void = log(order)
        await paid
    }

    private func log(_ order: String) async {
        await Task.yield()
        logger.warning(
            "an order is paid late",
            metadata: ["order": "\(order)", "days": ["3", "4"]]
        )
        logger.trace("details", metadata: ["order": "\(order)"])
    }
}
