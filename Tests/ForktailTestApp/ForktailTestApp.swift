// The application of the process tests: its handlers do what no good handler does, and wait for
// files instead of times, so that a test decides when they continue.

import Forktail
import Glibc

@main
struct ForktailTestApp: Application {
    init() throws {
        try Boot.run()
    }

    func respond(to request: Request) throws -> Response {
        if request.authority == "taken:1" { return Taking.tunnel() }
        let parts = request.path.split(separator: "/").map(String.init)
        let argument = parts.dropFirst().joined(separator: "/")
        switch parts.first {
        case nil, "pid": return Response(text: Self.identity)
        case "client": return Response(text: Self.client(of: request))
        case "tls": return Response(text: Self.security(of: request))
        case "gate": return gate(argument)
        case "sleep":
            Waiting.sleep(milliseconds: Int(argument) ?? 0)
            return Response(text: Self.identity)
        case "hang":
            Waiting.forever()
        case "spin":
            Waiting.spin()
        case "crash": crash()
        case "crash-by": Crashing.raise(Int32(argument) ?? SIGABRT)
        case "overflow": return Response(text: "\(Crashing.recurse(1))")
        case "crash-stream": return Crashing.stream()
        case "contend": return Response(text: "\(Contention.value)\n")
        case "throw": throw Failure(description: "the handler threw: \(argument)")
        case "exit": exit(Int32(argument) ?? 0)
        case "throw-status":
            throw HTTPError(.init(code: Int(argument) ?? 500) ?? .internalServerError, "told to")
        case "forge":
            return Response(redirect: "/\r\nX-Forged: yes")
        case "stream": return stream(pieces: Int(argument) ?? 3)
        case "short-stream":
            return Response(contentType: "text/plain", length: 1000, stream: pieces(3))
        case "broken-stream": return brokenStream()
        case "flow": return Streaming.flow(pieces: Int(argument) ?? 3)
        case "slow-stream": return Streaming.flow(pieces: Int(argument) ?? 3, pausing: 10)
        case "gate-stream": return Streaming.gate(argument)
        case "events": return Streaming.events()
        case "polled-events": return Streaming.polledEvents()
        case "stuck-stream": return Streaming.stuck()
        case "late-stuck-stream": return Streaming.stuck(pausing: true)
        case "silent-stream": return Streaming.silent()
        case "mirror": return try Streaming.mirror(request)
        case "upload": return try upload(request)
        case "upload-gate":
            _ = try upload(request)
            return gate(argument)
        case "upload-crash":
            _ = try upload(request)
            Crashing.raise(Int32(argument) ?? SIGABRT)
        case "upload-hang":
            _ = try upload(request)
            Waiting.forever()
        case "crash-gate":
            _ = gate(argument)
            Crashing.raise(SIGSEGV)
        case "scribble": Crashing.scribble()
        case "hostile": return Hostility.run(argument)
        case "crash-after":
            Waiting.sleep(milliseconds: Int(parts[1]) ?? 0)
            Crashing.raise(SIGSEGV)
        case "ignore-body": throw HTTPError(.contentTooLarge)
        case "trailers": return trailers([.eTag: argument])
        case "unannounced-trailers": return trailers([.link: "</>"])
        case "switch": return Taking.echo()
        case "assets":
            return try StaticFiles(root: "root").respond(to: request, under: "/assets")
        case "hammer": return try Hammering.response(rounds: Int(argument) ?? 1)
        case "file": return try Response(filePath: argument)
        case "big": return big(Int(argument) ?? 0)
        case "environment": return Response(bytes: value(of: argument), contentType: "text/plain")
        case "log":
            WorkerContext.current?.log(
                .info,
                "logged",
                ["text": JSON(argument), "number": 7, "half": 0.5, "is": true, "list": [1, nil]],
                of: request
            )
            return Response(status: .noContent)
        case "grow": return grow(by: Int(argument) ?? 0)
        case "grow-gate":
            _ = grow(by: 100 << 20)
            return gate(argument)
        case "grandchild": return grandchild()
        default: throw HTTPError(.notFound)
        }
    }

    func workerWillStop(_ worker: WorkerContext) {
        worker.log(.info, "the application of worker \(worker.slot) stops")
    }

    /// `slot pid generation`, which is what the tests look for.
    private static var identity: String {
        guard let worker = WorkerContext.current else { return "none\n" }
        return "\(worker.slot) \(worker.processID) \(worker.generation)\n"
    }

    /// The scheme, what was agreed on, and the certificate of the client.
    private static func security(of request: Request) -> String {
        guard let connection = request.secureConnection else { return "\(request.scheme)\n" }
        let certificate = connection.clientCertificate.map { certificate in
            let result = certificate.verificationFailure ?? "verified"
            return "\(certificate.subject) \(certificate.issuer) \(certificate.serial) "
                + "\(certificate.fingerprint) \(result)"
        }
        let session = connection.isResumed ? "resumed" : "new"
        return "\(request.scheme) \(connection.version) \(connection.cipherSuite) "
            + "\(connection.serverName ?? "-") \(session) \(certificate ?? "-")\n"
    }

    /// Whose request it is, as the server found out.
    private static func client(of request: Request) -> String {
        let host = request.forwardedHost ?? "-"
        return "\(request.remoteAddress.host) \(request.scheme) \(host) \(request.fields.count)\n"
    }

    /// Says that the handler was entered, and waits until it is let go.
    private func gate(_ name: String) -> Response {
        Waiting.create("\(name).entered", text: "\(getpid())")
        Waiting.forFile("\(name).open")
        return Response(text: Self.identity)
    }

    private func crash() -> Never {
        let nothing: [Int] = []
        // The index is out of range: the trap that a user's mistake leads to.
        Waiting.forever(after: nothing[Int(getpid())])
    }

    private func pieces(_ count: Int) -> () -> [UInt8]? {
        var next = 0
        return {
            guard next < count else { return nil }
            next += 1
            return Array("piece \(next)\n".utf8)
        }
    }

    private func stream(pieces count: Int) -> Response {
        Response(contentType: "text/plain", stream: pieces(count))
    }

    private func trailers(_ fields: HTTPFields) -> Response {
        Response(
            contentType: "text/plain",
            trailers: .init([.eTag]) { fields },
            stream: pieces(2)
        )
    }

    private func brokenStream() -> Response {
        let next = pieces(2)
        return Response(contentType: "text/plain") {
            guard let piece = next() else { throw Failure(description: "the stream broke") }
            return piece
        }
    }

    private func upload(_ request: Request) throws -> Response {
        var count = 0
        while let bytes = try request.body.read() { count += bytes.count }
        return Response(text: "\(count)\n")
    }

    private func big(_ count: Int) -> Response {
        Response(
            bytes: [UInt8](repeating: UInt8(ascii: "x"), count: count),
            contentType: "text/plain"
        )
    }

    private func value(of name: String) -> [UInt8] {
        // SAFETY: getenv's result is copied before anything could change the environment.
        getenv(name).map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
            ?? Array("(unset)".utf8)
    }

    /// Occupies memory permanently.
    private func grow(by count: Int) -> Response {
        // SAFETY: the block has this size; it is never freed.
        if let memory = malloc(count) { memset(memory, 1, count) }
        return Response(text: Self.identity)
    }

    /// Starts a process that outlives its parent and exits with 3 once it is let go.
    private func grandchild() -> Response {
        var child: pid_t = 0
        let script =
            "(while [ ! -e stranger.open ]; do sleep 0.02; done; exit 3) & echo $! >stranger"
        let arguments = [strdup("sh"), strdup("-c"), strdup(script), nil]
        defer { arguments.forEach { free($0) } }
        guard posix_spawn(&child, "/bin/sh", nil, nil, arguments, environ) == 0 else {
            return Response(status: .internalServerError)
        }
        waitpid(child, nil, 0)
        return Response(text: Self.identity)
    }
}

/// An error of the application.
struct Failure: Error, CustomStringConvertible {
    let description: String
}
