/// Every setting that a program has.
///
/// A new setting is a property of `Configuration` and an entry in the extension for its subject;
/// `make manual` then rewrites `config/forktail.toml`, the man page and the completions.
struct SettingCatalogue: Sendable {
    /// The settings in the order of the manual.
    let settings: [Setting]
    /// What holds where nothing is set.
    private(set) var defaults: Configuration
    /// Commands of the program's own.
    let commands: [ApplicationCommand]

    /// Creates the catalogue of a program.
    ///
    /// - Parameters:
    ///   - applications: The built-in applications to choose from; a program without any has no
    ///     settings for them.
    ///   - own: What the program adds.
    /// - Precondition: What it adds is right; the message says what is wrong.
    init(applications: [String], own: ApplicationDeclarations = ApplicationDeclarations()) {
        var defaults = Configuration()
        if let first = applications.first, !applications.contains(defaults.app) {
            defaults.app = first
        }
        self.defaults = defaults
        commands = own.commands
        let known =
            Self.listening + Self.https + Self.workers + Self.exec + Self.wsgi + Self.recycling
            + Self.times
            + Self.requests
            + Self.proxies
            + Self.builtIn(applications) + Self.application + Self.files(for: applications)
            + Self.processes + Self.observer + Self.privileges + Self.logs
        if let mistake = own.mistake(beside: known) { preconditionFailure(mistake) }
        settings = known + own.settings
        if !own.defaults.isEmpty { applyDefaults(own.defaults) }
    }

    /// Takes over the defaults that a program has for forktail's settings.
    private mutating func applyDefaults(_ text: String) {
        let document = TOMLParser.parse(Array(text.utf8))
        var draft = ConfigurationDraft(self)
        draft.apply(document.table, path: "the program's defaults")
        let mistakes = document.faults.map(\.reason) + draft.problems.map(\.description)
        guard mistakes.isEmpty else { preconditionFailure(mistakes.joined(separator: "\n")) }
        defaults = draft.configuration
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
