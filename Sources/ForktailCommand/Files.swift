import Forktail

/// Serves the files below the directory that the settings `files.…` describe.
struct Files: Application {
    private let files: StaticFiles

    init() throws {
        try self.init(Configuration())
    }

    init(_ configuration: Configuration) throws {
        files = try StaticFiles(root: configuration.filesRoot, options: configuration.files)
    }

    func respond(to request: Request) throws -> Response {
        try files.respond(to: request)
    }
}
