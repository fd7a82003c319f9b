import Glibc
import NIOCore
import NIOHTTP1

/// Answers `/`, `/slow`, `/hang` and `/crash`.
final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var head: HTTPRequestHead?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
        case .body:
            break
        case .end:
            guard let head else { return }
            respond(to: head, context)
        }
    }

    private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        switch head.uri {
        case "/slow":
            context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(2)) {
                self.send(to: head, context)
            }
        case "/hang": break
        case "/crash": kill(getpid(), SIGKILL)
        default: send(to: head, context)
        }
    }

    private func send(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let body = context.channel.allocator.buffer(string: Self.identity)
        var response = HTTPResponseHead(version: .http1_1, status: .ok)
        response.headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        if !head.isKeepAlive { response.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        guard !head.isKeepAlive else { return }
        sent.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    private static let identity: String = {
        func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "-" }
        return "\(value("FORKTAIL_SLOT")) \(getpid()) \(value("FORKTAIL_GENERATION"))\n"
    }()
}
