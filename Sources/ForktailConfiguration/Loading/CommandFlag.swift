/// The flags that are no settings.
enum CommandFlag: String, CaseIterable {
    case config = "--config"
    case checkConfig = "--check-config"
    case printConfig = "--print-config"
    case version = "--version"
    case help = "--help"

    /// The letter of the short flag, if there is one.
    var letter: Character? {
        switch self {
        case .config: "c"
        case .help: "h"
        case .checkConfig, .printConfig, .version: nil
        }
    }

    /// What stands for the flag's value in `--help`, if it has one.
    var placeholder: String? {
        switch self {
        case .config: "FILE"
        case .checkConfig, .printConfig, .version, .help: nil
        }
    }

    /// What the flag does, in a few words.
    var summary: String {
        switch self {
        case .config: "read settings from a TOML file (environment: FORKTAIL_CONFIG)"
        case .checkConfig: "say what is wrong with the settings, and leave"
        case .printConfig: "show the effective settings and where each came from, and leave"
        case .version: "show the version, and leave"
        case .help: "show this text, and leave"
        }
    }
}
