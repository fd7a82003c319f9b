import Testing

extension ProcessTests {
    /// What only workers of the class `event` do.
    enum EventTests {
        /// Without threads for the application, and with them.
        static let kinds: [WorkerKind] = [.event, .threads]
    }
}

extension ServerSetup {
    /// A server with workers of a class, whichever the other tests run with.
    init(_ kind: WorkerKind, workers: Int = 1, settings: String = "") {
        self.init(workers: workers, settings: "\(kind.classSettings)\n\(settings)")
    }
}

extension WorkerKind {
    /// The settings that say so, also for the default.
    var classSettings: String { self == .sync ? "worker_class = \"sync\"" : settings }
}
