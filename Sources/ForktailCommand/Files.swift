import Forktail

/// Serves the files below the directory that the setting `files.root` names.
struct Files: Application {
    private let files: StaticFiles

    init() throws {
        try self.init(root: Configuration().filesRoot)
    }

    init(root: String) throws {
        files = try StaticFiles(root: root)
    }

    func respond(to request: Request) throws -> Response {
        try files.respond(to: request)
    }
}
