import ForktailTestSupport
import Glibc

/// A client that others wrote, and that may be installed here.
enum Tool: String {
    case curl, python3, wrk, ab, chromium, setpriv, promtool, prometheus

    /// Where it is; nil where it isn't.
    var path: String? {
        Self.searchPath.split(separator: ":").map { "\($0)/\(rawValue)" }
            .first { access($0, X_OK) == 0 }
    }

    var isInstalled: Bool { path != nil }

    /// The tests' own, since a tool may be a script that looks for others.
    static let searchPath = ProcessEnvironment.value(of: "PATH") ?? "/usr/bin:/bin"

    /// Runs it in the directory of a server.
    func run(_ arguments: [String], beside server: Server) throws -> OneShot {
        guard let path else { throw TestFailure("\(rawValue) is not installed") }
        // The certificate of the tests is no authority's.
        let trust = self == .curl && WorkerKind.chosen == .tls ? ["--insecure"] : []
        return try OneShot(
            [path] + trust + arguments,
            searchPath: Self.searchPath,
            in: server.directory
        )
    }
}

extension Server {
    /// The first address as clients want it: `http://127.0.0.1:PORT` and a path.
    func url(_ path: String) throws -> String {
        guard let port = address.port else { throw TestFailure("no TCP address") }
        return "\(address.scheme)://127.0.0.1:\(port)\(path)"
    }
}
