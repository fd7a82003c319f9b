// A link shortener whose workers share their links through a file: the example of the tutorial in
// the library's documentation.

import Forktail
import Synchronization

@main
final class LinkShortener: Application {
    /// The links of this worker; nil until it has started.
    private let links = Mutex<LinkFile?>(nil)

    static let version: String? = "1.0.0"

    static let file = ApplicationSetting(
        "links.file",
        default: "links.txt",
        summary: "the file with the links"
    )
    static let settings = ApplicationSettings(file)

    static let commands = [
        ApplicationCommand("list", summary: "print all links") { _, configuration in
            var file = try LinkFile(path: configuration[file])
            for (code, link) in try file.all() { print(code, link.text) }
        }
    ]

    init() throws {}

    /// Opens the file after the fork: a lock belongs to an open file, and workers that shared the
    /// arbiter's would not keep each other out.
    func workerDidStart(_ worker: WorkerContext) throws {
        try links.withLock { $0 = try LinkFile(path: worker.configuration[Self.file]) }
    }

    func respond(to request: Request) throws -> Response {
        switch request.path {
        case "/":
            try request.require(.get, .post)
            return request.method == .post ? try create(request) : Response(text: Self.usage)
        case let path:
            try request.require(.get)
            return try follow(String(path.dropFirst()))
        }
    }

    private static let usage = """
        Shorten a link:  curl --data https://example.org/ ADDRESS
        Follow it:       curl --location ADDRESS/CODE

        """

    private func create(_ request: Request) throws -> Response {
        let text = String(decoding: try request.body.collect(upTo: 2048), as: UTF8.self)
        guard let link = Link(text) else {
            throw HTTPError(.badRequest, "This is no link of http or https.")
        }
        let code = try withLinks { try $0.add(link) }
        let host = request.authority ?? "localhost"
        return Response(text: "\(request.scheme)://\(host)/\(code)\n", status: .created)
            .setting(.location, to: "/\(code)")
    }

    private func follow(_ code: String) throws -> Response {
        guard let link = try withLinks({ try $0.link(for: code) }) else {
            throw HTTPError(.notFound, "There is no such link.")
        }
        return Response(redirect: link.text)
    }

    private func withLinks<Result: Sendable>(
        _ body: (inout LinkFile) throws -> Result
    ) throws -> Result {
        try links.withLock { links in
            guard var file = links.take() else { throw HTTPError(.serviceUnavailable) }
            defer { links = file }
            return try body(&file)
        }
    }
}
