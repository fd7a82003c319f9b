/// Makes the effective settings from the command line, the environment and the file.
///
/// Precedence: default < file < environment < flag. A reload calls it again with the same
/// arguments and environment, and gets what the file says by then.
package enum ConfigurationLoader {
    /// Returns what a command line asks for, with the settings that it needs.
    ///
    /// - Throws: `ConfigurationFailure` with every mistake of every source; a check returns them.
    package static func load(
        _ input: ConfigurationInput
    ) throws(ConfigurationFailure) -> Invocation {
        let catalogue = SettingCatalogue(applications: input.applications, own: input.own)
        let commandLine = CommandLineParser.parse(input.arguments, catalogue)
        switch commandLine.task {
        case .showHelp:
            if let verb = commandLine.control?.verb {
                let writer = HelpWriter(catalogue, programName: input.programName)
                return .show(writer.text(of: verb))
            }
            return .show(HelpWriter(catalogue, programName: input.programName).text)
        case .showVersion:
            return .show("\(input.programName) \(input.version)\n")
        case .printConfiguration:
            return .show(SettingsWriter(catalogue).text(try load(input, commandLine, catalogue)))
        case .checkConfiguration:
            let (loaded, problems) = draft(input, commandLine, catalogue)
            return .checkConfiguration(
                loaded,
                mistakes: problems.isEmpty ? nil : ConfigurationFailure(problems: problems)
            )
        case .serve:
            if let words = commandLine.control {
                return try control(words, input, commandLine, catalogue)
            }
            let loaded = try load(input, commandLine, catalogue)
            if let command = commandLine.command {
                return .run(command, commandLine.arguments, loaded)
            }
            return .serve(loaded)
        }
    }

    /// Makes the settings of which a running server is found, in spite of mistakes in them.
    private static func control(
        _ words: ControlWords,
        _ input: ConfigurationInput,
        _ commandLine: CommandLineRequest,
        _ catalogue: SettingCatalogue
    ) throws(ConfigurationFailure) -> Invocation {
        let (loaded, mistakes) = draft(input, commandLine, catalogue)
        var problems = commandLine.problems
        switch words.request() {
        case .success(let request) where problems.isEmpty:
            let failure = mistakes.isEmpty ? nil : ConfigurationFailure(problems: mistakes)
            return .control(request, loaded, mistakes: failure)
        case .success: break
        case .failure(let mistake):
            problems.append(Problem(place: .usage, setting: nil, reason: mistake.reason))
        }
        throw ConfigurationFailure(problems: problems)
    }

    private static func load(
        _ input: ConfigurationInput,
        _ commandLine: CommandLineRequest,
        _ catalogue: SettingCatalogue
    ) throws(ConfigurationFailure) -> LoadedConfiguration {
        let (loaded, problems) = draft(input, commandLine, catalogue)
        guard problems.isEmpty else { throw ConfigurationFailure(problems: problems) }
        return loaded
    }

    /// Returns the settings that are valid, with the defaults of the others, and every mistake.
    private static func draft(
        _ input: ConfigurationInput,
        _ commandLine: CommandLineRequest,
        _ catalogue: SettingCatalogue
    ) -> (LoadedConfiguration, [Problem]) {
        let variables = EnvironmentVariables(input.environment, catalogue)
        let file = commandLine.file ?? variables.file
        var draft = ConfigurationDraft(catalogue)
        if let file {
            read(file, input, into: &draft)
        }
        draft.apply(variables)
        draft.apply(commandLine)
        draft.applyFallbacks(variables)
        draft.checkWorkerClass()
        draft.checkHTTPS()
        draft.checkMemory()
        let loaded = LoadedConfiguration(
            configuration: draft.configuration,
            file: file,
            origins: draft.origins
        )
        return (loaded, draft.problems)
    }

    private static func read(
        _ file: SystemString,
        _ input: ConfigurationInput,
        into draft: inout ConfigurationDraft
    ) {
        let path = file.description
        switch input.readFile(file) {
        case .contents(let bytes):
            let document = TOMLParser.parse(bytes)
            draft.report(
                document.faults.map { fault in
                    let place = Problem.Place.file(path: path, position: fault.position)
                    return Problem(place: place, setting: nil, reason: fault.reason)
                }
            )
            draft.apply(document.table, path: path)
        case .failed(let reason):
            let place = Problem.Place.file(path: path, position: nil)
            draft.report([Problem(place: place, setting: nil, reason: reason)])
        }
    }
}
