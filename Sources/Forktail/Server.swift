import ForktailArbiter
import ForktailObserver
package import ForktailConfiguration
package import ForktailWorker

/// Joins the arbiter and its workers: what the one forks is what the other runs.
package enum Server {
    /// Serves what the command line says.
    ///
    /// - Parameters:
    ///   - applications: The names that the setting `app` can have; none where the program is an
    ///     application itself.
    ///   - version: The version of the program, if it has one of its own.
    ///   - own: What the program adds to the command line.
    ///   - makeApplication: Makes the application that the settings ask for.
    package static func run(
        applications: [String] = [],
        version: String? = nil,
        own: ApplicationDeclarations = ApplicationDeclarations(),
        makeApplication: @escaping (Configuration) throws -> any Application
    ) -> Never {
        let preloaded = Preloaded()
        Launcher.run(
            applications: applications,
            version: version,
            own: own,
            workerClasses: \.classDeclaration.traits,
            preload: { configuration throws(StartFailure) in
                do {
                    preloaded.application = try ApplicationEnvironment.with(configuration) {
                        try makeApplication(configuration)
                    }
                } catch {
                    throw .application("preload_app: \(error)")
                }
            },
            runWorker: { handoff, configuration, logs, tls in
                WorkerProcess(handoff, configuration, logs, tls).run {
                    try preloaded.application ?? makeApplication(configuration)
                }
            },
            handOver: WorkerProcess.handOver,
            runCommand: CommandProcess.run,
            control: { request, places, mistakes, programName in
                let client = ControlClient(places: places, mistakes: mistakes)
                ControlCommandLine(request, client, programName: programName).run()
            },
            runObserver: ObserverProcess.run
        )
    }

    /// The application that the arbiter has made for all its workers, if it has.
    private final class Preloaded {
        var application: (any Application)?
    }
}
