/// Writes the text of `--help`: flags on the left, what they mean on the right.
///
/// The left side is as wide as the longest flag needs.
struct HelpWriter {
    private static let leftWidth = 47
    private static let rightWidth = 53

    private let catalogue: SettingCatalogue
    private let programName: String

    init(_ catalogue: SettingCatalogue, programName: String) {
        self.catalogue = catalogue
        self.programName = programName
    }

    /// The whole text.
    var text: String {
        let groups = SettingGroup.allCases.compactMap { group in
            let settings = catalogue.settings(in: group)
            return settings.isEmpty ? nil : section(group.rawValue, settings.map(entry))
        }
        return ([introduction] + ownCommands + [verbs, commands] + groups + [notes])
            .joined(separator: "\n")
    }

    private var introduction: String {
        """
        Usage: \(programName) [-c FILE] [FLAG]... [-- PROGRAM [ARGUMENT]...]
        or:    \(programName) COMMAND [-c FILE] [FLAG]...

        Serves HTTP/1.1 with an arbiter process that watches over worker processes.

        """
    }

    /// The text of `COMMAND --help`.
    func text(of verb: ControlVerb) -> String {
        let usage =
            [programName, verb.rawValue, verb.placeholder].compactMap(\.self)
            + (verb.flags.map { "[\($0.rawValue)]" }) + ["[-c FILE]", "[FLAG]..."]
        let about = verb.summary.prefix(1).uppercased() + verb.summary.dropFirst() + "."
        let text = wrapped(([about, verb.details]).joined(separator: " "), width: 95)
        let flags =
            verb.flags.map { entry(nil, $0.rawValue, $0.summary) }
            + [entry(CommandFlag.config), entry(CommandFlag.help)]
        return "Usage: \(usage.joined(separator: " "))\n\n" + text.joined(separator: "\n") + "\n\n"
            + section("Flags", flags) + "\n"
            + "The server is found by its settings: those of the file, of the environment and of flags.\n"
            + "It must have a control socket (control_socket), which its user and root may use.\n"
    }

    private var ownCommands: [String] {
        guard !catalogue.commands.isEmpty else { return [] }
        let entries = catalogue.commands.map { entry("  \($0.name)", $0.summary, nil) }
        return [section("Commands", entries)]
    }

    private var verbs: String {
        section(
            "Commands to a running server (COMMAND --help says more)",
            ControlVerb.allCases.map { verb in
                let words = [verb.rawValue, verb.placeholder].compactMap(\.self)
                return entry("  " + words.joined(separator: " "), verb.summary, nil)
            }
        )
    }

    private var commands: String {
        section("General", CommandFlag.allCases.map(entry))
    }

    private var notes: String {
        """
        Durations: seconds, or 500ms, 30s, 5m, 1h. Sizes: bytes, or 10kB, 64KiB, 1MiB.
        Each setting can be given in the file (limit_request_line = 4096), in the environment
        (FORKTAIL_LIMIT_REQUEST_LINE=4096) and by its flag (--limit-request-line 4096). A flag
        prevails over the environment, the environment over the file, the file over the default.

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
        return entry(setting.letter, flag, meaning(of: setting), note(on: setting))
    }

    private func meaning(of setting: Setting) -> String {
        let choices = setting.choices.joined(separator: ", ")
        let repetition = setting.form == .list ? "; may be repeated" : ""
        return setting.summary + (choices.isEmpty ? "" : ": \(choices)") + repetition
    }

    private func note(on setting: Setting) -> String? {
        let value = Self.unquoted(setting.format(catalogue.defaults))
        let parts = [value == "{}" ? "" : value, setting.fallback?.note ?? ""]
        let text = parts.filter { !$0.isEmpty }.joined(separator: ", ")
        return text.isEmpty ? nil : "[default: \(text)]"
    }

    /// Returns a value in the notation of TOML as a shell user would type it.
    private static func unquoted(_ value: String) -> String {
        guard let quote = value.first, quote == "\"" || quote == "'", !value.contains("\\") else {
            return value
        }
        return String(value.dropFirst().dropLast())
    }

    private func entry(
        _ letter: Character?,
        _ flag: String,
        _ meaning: String,
        _ note: String? = nil
    ) -> String {
        entry((letter.map { "  -\($0), " } ?? "      ") + flag, meaning, note)
    }

    private func entry(_ left: String, _ meaning: String, _ note: String?) -> String {
        var right = Self.lines(meaning, note).map { padded("") + $0 }
        right[0] = padded(left) + right[0].dropFirst(Self.leftWidth)
        return right.joined(separator: "\n") + "\n"
    }

    /// Returns the lines of the right side; a note that doesn't fit behind begins its own line.
    private static func lines(_ meaning: String, _ note: String?) -> [String] {
        var lines = wrapped(meaning, width: rightWidth)
        guard let note else { return lines }
        if let last = lines.last, last.count + 1 + note.count <= rightWidth {
            lines[lines.count - 1] += " " + note
            return lines
        }
        return lines + wrapped(note, width: rightWidth)
    }

    private func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, Self.leftWidth - text.count))
    }
}

/// Returns a text broken at its spaces into lines of at most `width` characters; a longer word
/// stands on a line of its own.
func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
        if let line = lines.last, line.count + 1 + word.count <= width {
            lines[lines.count - 1] += " " + word
        } else {
            lines.append(String(word))
        }
    }
    return lines
}
