/// Makes the effective settings from the command line, the environment and the file.
package enum ConfigurationLoader {
    /// Returns what a command line asks for, with the settings that it needs.
    ///
    /// - Throws: `ConfigurationFailure` with every mistake of every source.
    package static func load(
        _ input: ConfigurationInput
    ) throws(ConfigurationFailure) -> Invocation {
        let loaded = LoadedConfiguration(configuration: Configuration(), file: nil, origins: [:])
        return .serve(loaded)
    }
}
