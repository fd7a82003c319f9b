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
    /// The configuration file, if one is named.
    var file: String?
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
