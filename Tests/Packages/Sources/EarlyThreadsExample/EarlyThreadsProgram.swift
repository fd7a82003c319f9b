import Forktail
import NIOPosix

/// A program that starts threads in init().
///
/// It serves, since init() runs in each worker; with `preload_app` it runs before the fork, and the
/// server refuses to start.
@main
final class EarlyThreadsProgram: Application {
    private let group: MultiThreadedEventLoopGroup

    init() throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    }

    func respond(to request: Request) throws -> Response {
        Response(text: "Hello, World!\n")
    }

    func workerWillStop(_ worker: WorkerContext) {
        try? group.syncShutdownGracefully()
    }
}
