/// Writes the text of `--print-config`: a file that gives the same settings, with their origins.
struct SettingsWriter {
    private let catalogue: SettingCatalogue

    init(_ catalogue: SettingCatalogue) {
        self.catalogue = catalogue
    }

    /// Returns a line for each setting.
    func text(_ loaded: LoadedConfiguration) -> String {
        catalogue.settings.map { setting in
            let origin = loaded.origin(of: setting.name).description
            let value = setting.format(loaded.configuration)
            return "\(setting.name) = \(value)  \(TOMLText.comment(origin))\n"
        }.joined()
    }
}

extension Configuration {
    /// The settings as a file that gives the same ones, without those of built-in applications: for
    /// a worker that becomes another program.
    package var handoverText: String {
        SettingCatalogue(applications: []).settings
            .map { "\($0.name) = \($0.format(self))\n" }.joined()
    }

    /// Reads what `handoverText` of the same version has written.
    ///
    /// - Throws: `ConfigurationFailure` with what is wrong.
    package init(handoverText text: [UInt8]) throws(ConfigurationFailure) {
        let input = ConfigurationInput(
            arguments: ["--config", "handover"],
            environment: [:],
            programName: "forktail",
            version: "",
            applications: [],
            readFile: { _ in .contents(text) }
        )
        guard case .serve(let loaded) = try ConfigurationLoader.load(input) else {
            preconditionFailure("a command line that asks for something else")
        }
        self = loaded.configuration
    }
}
