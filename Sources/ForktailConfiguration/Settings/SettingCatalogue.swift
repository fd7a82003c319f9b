/// Every setting that a program has.
///
/// A new setting is a property of `Configuration` and an entry in the extension for its subject;
/// `make manual` then rewrites `config/forktail.toml`, the man page and the completions.
struct SettingCatalogue: Sendable {
    /// The settings in the order of the manual.
    let settings: [Setting]
    /// What holds where nothing is set.
    let defaults: Configuration

    /// Creates the catalogue of a program.
    ///
    /// - Parameter applications: The built-in applications to choose from; a program without any
    ///   has no settings for them.
    init(applications: [String]) {
        var defaults = Configuration()
        if let first = applications.first, !applications.contains(defaults.app) {
            defaults.app = first
        }
        self.defaults = defaults
        settings =
            Self.listening + Self.https + Self.workers + Self.exec + Self.recycling + Self.times
            + Self.requests
            + Self.proxies
            + Self.builtIn(applications) + Self.application + Self.files(for: applications)
            + Self.processes + Self.observer + Self.privileges + Self.logs
    }

    /// Returns the setting with a name, or `nil` where there is none.
    func setting(named name: String) -> Setting? {
        settings.first { $0.name == name }
    }

    /// Returns the settings of a group.
    func settings(in group: SettingGroup) -> [Setting] {
        settings.filter { $0.group == group }
    }
}
