/// The one declaration of a setting.
///
/// The key of the file, the flag, the variable of the environment, the line of `--help`, the line
/// of `--print-config` and the entry of the manual all come from it.
struct Setting: Sendable {
    /// The key of the file; a point separates a table from a key in it.
    let name: String
    let group: SettingGroup
    /// The letter of the short flag, if there is one.
    let letter: Character?
    /// What the setting is, in a few words.
    let summary: String
    /// What it does and when to change it, in sentences.
    let details: String
    /// Whether it says how forktail's own workers serve, so that it means nothing to a program of
    /// the class exec.
    let isForOwnWorkers: Bool
    let form: SettingForm
    let placeholder: String
    let allowed: String
    let choices: [String]
    let fallback: SettingFallback?
    /// Puts a value of the file where it belongs.
    let decode: @Sendable (TOMLValue, inout Configuration) throws(SettingRefusal) -> Void
    /// Puts the texts of flags or of a variable where they belong.
    let parse: @Sendable ([String], inout Configuration) throws(SettingRefusal) -> Void
    /// Writes the effective value as TOML.
    let format: @Sendable (Configuration) -> String

    /// Declares a setting whose value goes to a property of the configuration; the property's
    /// initial value is the default.
    init<Value>(
        _ name: String,
        _ property: any WritableKeyPath<Configuration, Value> & Sendable,
        _ type: SettingType<Value>,
        in group: SettingGroup,
        letter: Character? = nil,
        fallback: SettingFallback? = nil,
        isForOwnWorkers: Bool? = nil,
        summary: String,
        details: String
    ) {
        self.init(
            name,
            type,
            in: group,
            letter: letter,
            fallback: fallback,
            isForOwnWorkers: isForOwnWorkers,
            summary: summary,
            details: details,
            get: { $0[keyPath: property] },
            set: { $0[keyPath: property] = $1 }
        )
    }

    /// Declares a setting whose value goes where `set` puts it.
    init<Value>(
        _ name: String,
        _ type: SettingType<Value>,
        in group: SettingGroup,
        letter: Character? = nil,
        fallback: SettingFallback? = nil,
        isForOwnWorkers: Bool? = nil,
        summary: String,
        details: String,
        get: @escaping @Sendable (Configuration) -> Value,
        set: @escaping @Sendable (inout Configuration, Value) -> Void
    ) {
        self.name = name
        self.group = group
        self.letter = letter
        self.summary = summary
        self.details = details
        self.isForOwnWorkers = isForOwnWorkers ?? group.isForOwnWorkers
        self.fallback = fallback
        form = type.form
        placeholder = type.placeholder
        allowed = type.allowed
        choices = type.choices
        decode = { value, configuration throws(SettingRefusal) in
            set(&configuration, try type.decode(value))
        }
        parse = { texts, configuration throws(SettingRefusal) in
            set(&configuration, try type.parse(texts))
        }
        format = { configuration in type.format(get(configuration)) }
    }

    /// The flag: `limit_request_line` gives `--limit-request-line`.
    var flag: String {
        "--" + String(name.map { $0 == "_" || $0 == "." ? "-" : $0 })
    }

    /// The flag that says no, where the setting is true or false.
    var negatedFlag: String? {
        guard form == .toggle else { return nil }
        // What the name denies already is affirmed without its `no`.
        return flag.hasPrefix("--no-") ? "--" + flag.dropFirst(5) : "--no-" + flag.dropFirst(2)
    }

    /// The variable of the environment: `files.root` gives `FORKTAIL_FILES_ROOT`.
    var variable: String {
        "FORKTAIL_" + String(name.map { $0 == "." ? "_" : $0 }).uppercased()
    }
}

/// How the command line and the environment give a setting.
enum SettingForm: Sendable {
    /// `--name VALUE`; the last one holds.
    case single
    /// `--name` and `--no-name`.
    case toggle
    /// `--name VALUE` any number of times; values separated by commas in the environment.
    case list
}

/// The subjects by which settings are grouped in `--help` and in the manual.
enum SettingGroup: String, CaseIterable, Sendable {
    case listening = "Listening"
    case https = "HTTPS"
    case workers = "Workers"
    case exec = "Any program"
    case wsgi = "Python applications"
    case times = "Time limits"
    case requests = "Request limits"
    case proxies = "Proxies in front"
    case application = "Application"
    case files = "Static files"
    case process = "Processes"
    case privileges = "Privileges"
    case logs = "Logs"
    case own = "The program's own"

    /// Whether its settings say how forktail's own workers serve, unless they say otherwise.
    var isForOwnWorkers: Bool {
        switch self {
        case .https, .requests, .proxies, .files, .own: true
        case .listening, .workers, .exec, .wsgi, .times, .application, .process, .privileges, .logs:
            false
        }
    }
}

/// A variable of the environment that replaces a setting's default, as platforms expect it.
struct SettingFallback: Sendable {
    /// The name of the variable.
    let variable: String
    /// What stands before the variable's text to make it the setting's text.
    let prefix: String
    /// The rule, as the manual and `--help` say it.
    let note: String
}
