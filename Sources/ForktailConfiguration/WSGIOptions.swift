/// The application of workers of the class `wsgi`.
public struct WSGIOptions: Sendable, Equatable {
    /// The module and the callable, `shop.wsgi:application`; `nil` for none.
    public package(set) var application: String?
    /// The interpreter: a path, or a name that is looked up on PATH.
    public package(set) var python = "python3"
    /// How many threads call the application; 0 for one request at a time.
    public package(set) var threads = 0
    /// Whether one process loads the application, and forks the workers.
    public package(set) var preload = false
    /// The path below which the application is mounted, SCRIPT_NAME; empty for the root.
    public package(set) var rootPath = ""
    /// The directory of the static files; `nil` for none.
    public package(set) var staticRoot: String?
    /// The path below which they are.
    public package(set) var staticPath = "/static"

    /// Makes the default options.
    public init() {}

    /// The default name of the callable.
    private static let defaultCallable = "application"

    /// The two parts of the application's name.
    package var target: (module: String, callable: String)? {
        guard let application else { return nil }
        let parts = application.split(separator: ":", maxSplits: 1).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : Self.defaultCallable)
    }
}

extension Configuration {
    /// How many threads of a worker answer requests; 0 where its loop does.
    package var handlerThreads: Int { workerClass == .wsgi ? wsgi.threads : threads }

    /// Whether a worker waits for many connections at once, and keeps them.
    package var hasEventLoop: Bool {
        switch workerClass {
        case .event: true
        case .wsgi: wsgi.threads > 0
        case .sync, .exec: false
        }
    }
}
