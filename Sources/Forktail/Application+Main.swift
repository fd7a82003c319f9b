import ForktailConfiguration
public import ForktailWorker

extension Application {
    /// Serves this application with forktail's command line, environment and configuration file.
    ///
    /// It is what `@main` calls. It does not return: the process leaves with a status of sysexits.h.
    public static func main() {
        serve { try Self() }
    }
}

extension AsyncApplication {
    /// Serves this application with forktail's command line, environment and configuration file.
    ///
    /// It is what `@main` calls. It does not return: the process leaves with a status of sysexits.h.
    public static func main() {
        serve { BlockingBridge(try Self()) }
    }
}

extension ServerProgram {
    fileprivate static func serve(_ makeApplication: @escaping () throws -> any Application) {
        let own = ApplicationDeclarations(
            settings: settings,
            defaults: defaults,
            commands: commands
        )
        Server.run(version: version, own: own) { _ in try makeApplication() }
    }
}
