public import ForktailWorker

extension Application {
    /// Serves this application with forktail's command line, environment and configuration file.
    ///
    /// It is what `@main` calls. It does not return: the process leaves with a status of sysexits.h.
    public static func main() {
        Server.run(version: Self.version) { _ in try Self() }
    }
}
