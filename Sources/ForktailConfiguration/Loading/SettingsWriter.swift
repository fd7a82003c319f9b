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
