import Forktail

/// Handlers that take over their connection and send back what comes; `wait` after 3 s.
enum Taking {
    static func echo() -> Response {
        Response(switchingTo: "echo", serve: serve)
    }

    static func tunnel() -> Response {
        Response(tunnel: serve)
    }

    private static func serve(_ stream: ByteStream) throws {
        do throws(ByteStreamError) {
            while let bytes = try stream.read(upTo: 4, within: .seconds(30)) {
                if bytes == Array("wait".utf8) { Waiting.sleep(milliseconds: 3000) }
                try stream.write(bytes)
            }
        } catch .stopping {
            try stream.write(Array("bye".utf8))
        }
    }
}
