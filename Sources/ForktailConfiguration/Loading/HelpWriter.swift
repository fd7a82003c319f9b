/// Writes the text of `--help`: flags on the left, what they mean on the right.
struct HelpWriter {
    private static let leftWidth = 40
    private static let rightWidth = 58

    private let catalogue: SettingCatalogue
    private let programName: String

    init(_ catalogue: SettingCatalogue, programName: String) {
        self.catalogue = catalogue
        self.programName = programName
    }

    /// The whole text.
    var text: String {
        let groups = SettingGroup.allCases.map { group in
            section(group.rawValue, catalogue.settings(in: group).map(entry))
        }
        return ([introduction, commands] + groups + [notes]).joined(separator: "\n")
    }

    private var introduction: String {
        """
        Usage: \(programName) [-c FILE] [FLAG]...

        Serves HTTP/1.1 with an arbiter process that watches over worker processes.

        """
    }

    private var commands: String {
        section("General", CommandFlag.allCases.map(entry))
    }

    private var notes: String {
        """
        Durations: seconds, or 500ms, 30s, 5m, 1h. Sizes: bytes, or 10kB, 64KiB, 1MiB.
        Each setting can also be given in the file (max_size = 1 for a flag --max-size 1) and in the
        environment (FORKTAIL_MAX_SIZE=1). A flag prevails over the environment, the environment
        over the file, the file over the default. --print-config shows what is in force.

        """
    }

    private func section(_ title: String, _ entries: [String]) -> String {
        "\(title):\n" + entries.joined()
    }

    private func entry(_ command: CommandFlag) -> String {
        let flag = [command.rawValue, command.placeholder].compactMap(\.self)
        return entry(command.letter, flag.joined(separator: " "), command.summary)
    }

    private func entry(_ setting: Setting) -> String {
        let flag =
            setting.negatedFlag.map { "\(setting.flag), \($0)" }
            ?? "\(setting.flag) \(setting.placeholder)"
        let defaultText = setting.defaultText(catalogue.defaults)
        return entry(setting.letter, flag, "\(setting.summary) [default: \(defaultText)]")
    }

    private func entry(_ letter: Character?, _ flag: String, _ meaning: String) -> String {
        let left = (letter.map { "  -\($0), " } ?? "      ") + flag
        var lines = wrapped(meaning, width: Self.rightWidth).map { padded("") + $0 }
        if left.count + 2 <= Self.leftWidth, let first = lines.first {
            lines[0] = padded(left) + first.dropFirst(Self.leftWidth)
        } else {
            lines.insert(left, at: 0)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, Self.leftWidth - text.count))
    }
}
