import Forktail
import NIOCore
import NIOPosix
import Synchronization

/// A program that speaks a protocol of its own to another server, by SwiftNIO.
@main
final class NIOProgram: AsyncApplication {
    static let port = ApplicationSetting(
        "peer.port",
        default: 1,
        in: 1...65_535,
        summary: "the port of the server that is asked"
    )
    static let settings = ApplicationSettings(port)

    private let group = Mutex<MultiThreadedEventLoopGroup?>(nil)

    init() throws {}

    // The event-loop group has threads, and a fork takes no thread along: it is started in each
    // worker, never in init().
    func workerDidStart(_ worker: WorkerContext) async throws {
        group.withLock { $0 = MultiThreadedEventLoopGroup(numberOfThreads: 1) }
    }

    func workerWillStop(_ worker: WorkerContext) async {
        try? await group.withLock { $0 }?.shutdownGracefully()
    }

    func respond(to request: Request) async throws -> Response {
        guard let group = group.withLock({ $0 }), let worker = WorkerContext.current else {
            throw HTTPError(.serviceUnavailable)
        }
        let channel = try await ClientBootstrap(group: group)
            .connect(host: "127.0.0.1", port: worker.configuration[Self.port]) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        // The code of the handler runs on the worker's loop, the channel's on its own thread; each
        // `await` goes there and comes back.
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: "GET /hello HTTP/1.0\r\n\r\n"))
            var answer = ByteBuffer()
            for try await part in inbound { answer.writeImmutableBuffer(part) }
            return Response(text: String(buffer: answer))
        }
    }
}
