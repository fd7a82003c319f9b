import ForktailTestSupport

/// The class of workers that the tests run with: `FORKTAIL_TEST_WORKERS` chooses it.
enum WorkerKind: String {
    case sync
    case event
    /// The class `event` with handlers in threads.
    case threads
    /// The class `event` whose clients speak TLS.
    case tls
    /// The class `wsgi` with an application that has the routes of ForktailTestApp.
    case wsgi

    static let chosen: WorkerKind = {
        guard let name = ProcessEnvironment.value(of: "FORKTAIL_TEST_WORKERS") else { return .sync }
        guard let kind = WorkerKind(rawValue: name) else {
            fatalError("FORKTAIL_TEST_WORKERS is sync, event, threads, tls or wsgi")
        }
        return kind
    }()

    /// Whether the handlers are Swift, which some tests are about.
    static var isSwift: Bool { chosen != .wsgi }

    /// Whether the harness's client can send its request before a worker accepts the connection.
    static var connectsBeforeAccept: Bool { chosen != .tls }

    /// The settings that say so.
    var settings: String {
        switch self {
        case .sync: ""
        case .event, .tls: "worker_class = \"event\""
        case .threads: "worker_class = \"event\"\nthreads = 4"
        case .wsgi:
            """
            worker_class = "wsgi"
            wsgi.application = "wsgi_twin:application"
            wsgi.python = "\(PythonSite.interpreter)"
            """
        }
    }
}
