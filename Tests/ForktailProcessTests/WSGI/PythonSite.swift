import Glibc
import Testing

/// A server whose workers run an application of Python.
struct PythonSite {
    var application = "wsgi_site:application"
    var python = Self.interpreter
    /// Whether one process loads it for all workers.
    var isPreloaded = false
    /// How many threads call it.
    var threads = 0
    var workers = 1
    /// More settings, as lines of the file.
    var settings = ""

    /// Debian's own interpreter, for which there are packages of Flask and Django.
    static let interpreter = "/usr/bin/python3"

    var setup: ServerSetup {
        ServerSetup(
            executable: .forktail,
            workers: workers,
            settings: """
                worker_class = "wsgi"
                chdir = "\(Program.folder)"
                env = { PYTHONDONTWRITEBYTECODE = "1" }
                wsgi.application = "\(application)"
                wsgi.python = "\(python)"
                wsgi.threads = \(threads)
                wsgi.preload = \(isPreloaded)
                \(settings)
                """
        )
    }

    /// Runs a test with the server; skips it where there is no such interpreter.
    func run(_ body: (Server) throws -> Void) throws {
        guard access(python, X_OK) == 0 else { return print("skipped: \(python) is not there") }
        try Server.run(setup, body)
    }
}
