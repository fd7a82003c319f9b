import ForktailConfiguration
import ForktailValues

@testable import ForktailArbiter

/// Opens what a command line asks for.
func serviceSettings(
    _ arguments: String...,
    available: [Listener] = [],
    waiting: WorkerClassTraits.Waiting = .accept,
    besidePrograms: Bool = false
) throws -> ServiceSettings {
    try serviceSettings(
        arguments,
        available: available,
        waiting: waiting,
        besidePrograms: besidePrograms
    )
}

/// The same with a list of arguments.
func serviceSettings(
    _ arguments: [String],
    available: [Listener] = [],
    waiting: WorkerClassTraits.Waiting = .accept,
    besidePrograms: Bool = false
) throws -> ServiceSettings {
    let input = try loaded(arguments)
    return try ServiceSettings(
        input,
        available: available,
        workerClasses: { _ in
            WorkerClassTraits(waiting: waiting, defersAccept: waiting != .program)
        },
        besidePrograms: besidePrograms,
        journalStream: nil
    )
}

/// Returns the settings that a command line asks for.
private func loaded(_ arguments: [String]) throws -> LoadedConfiguration {
    let input = ConfigurationInput(
        arguments: (arguments + ["--errorlog", "/dev/null"]).map { SystemString($0) },
        environment: [:],
        programName: "forktail",
        version: "0",
        applications: [],
        readFile: { _ in .failed(reason: "there is no file") }
    )
    guard case .serve(let loaded) = try ConfigurationLoader.load(input) else {
        throw NotToServe()
    }
    return loaded
}

/// A command line asks for something else than to serve.
struct NotToServe: Error {}
