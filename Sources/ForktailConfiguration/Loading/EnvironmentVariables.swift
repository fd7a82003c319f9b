/// The part of the environment that concerns settings.
struct EnvironmentVariables {
    /// What begins the name of each variable that belongs to the program.
    private static let prefix = "FORKTAIL_"
    /// The variable that names the configuration file.
    private static let fileVariable = "FORKTAIL_CONFIG"
    /// The variables that tests, successors of a process and programs of workers read, which are no
    /// settings.
    private static let reserved: Set = [
        "FORKTAIL_SEED", "FORKTAIL_FD", "FORKTAIL_SLOT", "FORKTAIL_GENERATION",
        "FORKTAIL_READY_FD", "FORKTAIL_TICKETS_FD", "FORKTAIL_STDERR",
    ]
    /// What begins the names of further ones.
    private static let reservedPrefix = "FORKTAIL_PID"

    private let environment: [String: SystemString]
    private let catalogue: SettingCatalogue

    init(_ environment: [String: SystemString], _ catalogue: SettingCatalogue) {
        self.environment = environment
        self.catalogue = catalogue
    }

    /// The configuration file, if one is named.
    var file: SystemString? {
        environment[Self.fileVariable].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The texts that variables give to settings.
    var assignments: [(setting: Setting, texts: [String])] {
        catalogue.settings.compactMap { setting in
            environment[setting.variable]?.text.map { (setting, Self.texts($0, for: setting)) }
        }
    }

    /// The mistakes in the variables themselves.
    var problems: [Problem] {
        unreadableValues + unknownNames
    }

    private var unreadableValues: [Problem] {
        catalogue.settings.compactMap { setting in
            guard let value = environment[setting.variable], value.text == nil else { return nil }
            return Problem(
                place: .environment(setting.variable),
                setting: setting.name,
                reason: notUTF8(value)
            )
        }
    }

    private var unknownNames: [Problem] {
        let known = catalogue.settings.map(\.variable) + [Self.fileVariable]
        return
            environment.keys
            .filter { $0.hasPrefix(Self.prefix) && !known.contains($0) && !Self.isReserved($0) }
            .sorted()
            .map { Self.problem(unknown: $0, known: known) }
    }

    /// Returns the text that the fallback variable of a setting gives, unless it is empty.
    func text(of fallback: SettingFallback) -> String? {
        guard let text = environment[fallback.variable]?.text, !text.isEmpty else { return nil }
        return fallback.prefix + text
    }

    private static func problem(unknown name: String, known: [String]) -> Problem {
        let meant = Suggestion.nearest(
            to: String(name.dropFirst(prefix.count)),
            in: known.map { String($0.dropFirst(prefix.count)) }
        )
        let suggestion = meant.map { ", did you mean `\(prefix)\($0)`?" } ?? ""
        let reason = "unknown setting \(quoted(name))\(suggestion)"
        return Problem(place: .environment(name), setting: nil, reason: reason)
    }

    private static func isReserved(_ name: String) -> Bool {
        reserved.contains(name) || name.hasPrefix(reservedPrefix)
    }

    private static func texts(_ text: String, for setting: Setting) -> [String] {
        switch setting.form {
        case .list: text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        case .single, .toggle: [text]
        }
    }
}
