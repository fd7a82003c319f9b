@testable import ForktailConfiguration

/// The text of `config/forktail.toml`, the manual of every setting.
///
/// The file is never edited by hand: `make manual` writes it from the declarations, and a test
/// compares it.
struct Manual {
    private static let width = 96

    private let catalogue: SettingCatalogue

    init(applications: [String]) {
        catalogue = SettingCatalogue(applications: applications)
    }

    /// The whole file.
    var text: String {
        let groups = SettingGroup.allCases.filter { $0 != .own }.map { group in
            let entries = catalogue.settings(in: group).map(entry)
            return (["# \(group.rawValue.uppercased())\n"] + entries).joined(separator: "\n")
        }
        return ([introduction] + groups).joined(separator: "\n")
    }

    private var introduction: String {
        """
        # The settings of forktail, and their manual. The format is TOML 1.0 (https://toml.io).
        #
        # Every setting stands here with its default. To change one, remove the `#` before its name.
        # A flag and a variable of the environment belong to each: `backlog = 512` is the same as
        # `--backlog 512` and as `FORKTAIL_BACKLOG=512`. A flag prevails over the environment, the
        # environment over this file, this file over the default.
        #
        # Durations are seconds (30, 0.5) or texts with a unit: "500ms", "30s", "5m", "1h".
        # Sizes are bytes (8190) or texts with a unit: "10kB", "64KiB", "1MiB".
        #
        # forktail --check-config -c FILE    says what is wrong with a file
        # forktail --print-config -c FILE    shows the settings in force and where each came from
        # forktail reload -c FILE            makes a running server read it again
        # forktail upgrade -c FILE           replaces a running server by its new executable
        # forktail status -c FILE            shows its workers; `forktail --help` lists all commands

        """
    }

    private func entry(_ setting: Setting) -> String {
        let value = setting.format(catalogue.defaults)
        let assignment = "\(setting.name) = \(value)"
        let line = "#" + assignment
        return (prose(of: setting) + [line]).joined(separator: "\n") + "\n"
    }

    /// The default in the notation of TOML, and the variable that replaces it.
    private func defaultText(of setting: Setting) -> String {
        [setting.format(catalogue.defaults), setting.fallback?.note].compactMap(\.self)
            .joined(separator: ", ")
    }

    private func prose(of setting: Setting) -> [String] {
        let paragraphs = [
            "\(setting.name): \(setting.summary).",
            setting.details,
            "Allowed: \(setting.allowed).",
            "Default: \(defaultText(of: setting)).",
        ]
        return paragraphs.flatMap { wrapped($0, width: Self.width).map { "# \($0)" } }
    }
}
