import Dispatch
import Glibc
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix

/// Serves on the listener that forktail passes as descriptor 3, and finishes its requests on SIGTERM.
@main
struct NIOServer {
    static func main() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let quiescing = ServerQuiescingHelper(group: group)
        let stopped = group.next().makePromise(of: Void.self)
        let signals = onSIGTERM { quiescing.initiateShutdown(promise: stopped) }
        let server = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 2048)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = quiescing.makeServerChannelHandler(channel: channel)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(PageHandler())
                }
            }
            .withBoundSocket(3)
            .wait()
        try server.closeFuture.wait()
        try stopped.futureResult.wait()
        try group.syncShutdownGracefully()
        signals.cancel()
    }

    /// Runs a function when SIGTERM arrives, in place of the end of the process.
    private nonisolated static func onSIGTERM(
        _ body: @escaping @Sendable () -> Void
    ) -> any DispatchSourceSignal {
        signal(SIGTERM, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        source.setEventHandler(handler: body)
        source.resume()
        return source
    }
}
