/// The effective settings, and where each came from.
package struct LoadedConfiguration: Sendable {
    /// The effective settings.
    package let configuration: Configuration
    /// The path of the configuration file as it was given, or `nil` where there is none.
    package let file: SystemString?
    private let origins: [String: Origin]

    init(configuration: Configuration, file: SystemString?, origins: [String: Origin]) {
        self.configuration = configuration
        self.file = file
        self.origins = origins
    }

    /// Returns where the value of a setting came from, given its name as the file spells it, such
    /// as `files.root`.
    package func origin(of setting: String) -> Origin {
        origins[setting] ?? .default
    }
}

/// What a command line asks for.
package enum Invocation: Sendable {
    /// Serve with these settings.
    case serve(LoadedConfiguration)
    /// Say whether the settings are valid and what they name is there, and leave.
    ///
    /// With mistakes, the settings are those that are valid, and the defaults of the others.
    case checkConfiguration(LoadedConfiguration, mistakes: ConfigurationFailure?)
    /// Give a running server, which these settings describe, a command.
    ///
    /// With mistakes, the settings are those that are valid, and the defaults of the others.
    case control(ControlRequest, LoadedConfiguration, mistakes: ConfigurationFailure?)
    /// Run a command of the program's own with these words and settings, and leave.
    case run(ApplicationCommand, [String], LoadedConfiguration)
    /// Write this text to standard output, and leave.
    case show(String)
}

/// Where a setting's effective value came from.
package enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// No source set it.
    case `default`
    /// A line of the configuration file.
    case file(path: String, line: Int)
    /// A variable of the environment.
    case environment(String)
    /// A flag of the command line.
    case flag(String)

    /// The origin as `--print-config` shows it.
    package var description: String {
        switch self {
        case .default: "default"
        case .file(let path, let line): "file \(path):\(line)"
        case .environment(let name): "environment \(name)"
        case .flag(let name): "flag \(name)"
        }
    }
}
