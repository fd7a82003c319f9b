/// What a command line says.
struct CommandLineRequest {
    /// What to do with the settings.
    enum Task: Int, Comparable {
        case serve
        case checkConfiguration
        case printConfiguration
        case showVersion
        case showHelp

        static func < (lhs: Task, rhs: Task) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// The texts that flags give to a setting, and the last of those flags.
    struct Assignment {
        let setting: Setting
        var flag: String
        var texts: [String]
    }

    /// What to do; of several flags that say it, the one that does the least to the system holds.
    var task = Task.serve
    /// The command to a running server, if it is one.
    var control: ControlWords?
    /// The command of the program's own, if it is one.
    var command: ApplicationCommand?
    /// The words of that command.
    var arguments: [String] = []
    /// The configuration file, if one is named.
    var file: SystemString?
    /// What flags set, in the order of their first mention.
    var assignments: [Assignment] = []
    /// The mistakes in the way that the command line is written.
    var problems: [Problem] = []

    /// Adds the text of a flag to those of its setting.
    mutating func assign(_ text: String, to setting: Setting, by flag: String) {
        if let index = assignments.firstIndex(where: { $0.setting.name == setting.name }) {
            assignments[index].texts.append(text)
            assignments[index].flag = flag
        } else {
            assignments.append(Assignment(setting: setting, flag: flag, texts: [text]))
        }
    }
}

/// The flags that are no settings.
enum CommandFlag: String, CaseIterable {
    case config = "--config"
    case checkConfig = "--check-config"
    case printConfig = "--print-config"
    case wsgi = "--wsgi"
    case version = "--version"
    case help = "--help"

    /// The letter of the short flag, if there is one.
    var letter: Character? {
        switch self {
        case .config: "c"
        case .help: "h"
        case .checkConfig, .printConfig, .wsgi, .version: nil
        }
    }

    /// What stands for the flag's value in `--help`, if it has one.
    var placeholder: String? {
        switch self {
        case .config: "FILE"
        case .wsgi: "MODULE:CALLABLE"
        case .checkConfig, .printConfig, .version, .help: nil
        }
    }

    /// What the flag does, in a few words.
    var summary: String {
        switch self {
        case .config: "read settings from a TOML file (environment: FORKTAIL_CONFIG)"
        case .checkConfig: "say what is wrong with the settings, and exit"
        case .wsgi: "serve an application of Python (wsgi.application, worker_class = \"wsgi\")"
        case .printConfig: "show the effective settings and where each came from, and exit"
        case .version: "show the version, and exit"
        case .help: "show this text, and exit"
        }
    }
}
