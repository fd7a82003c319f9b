/// Reads the arguments of a command line against the declared flags.
struct CommandLineParser {
    /// What a flag stands for.
    private enum Flag {
        case command(CommandFlag)
        case setting(Setting)
        case toggle(Setting, Bool)

        var takesValue: Bool {
            switch self {
            case .command(let command): command.placeholder != nil
            case .setting: true
            case .toggle: false
            }
        }
    }

    private let flags: [String: Flag]
    private var remaining: ArraySlice<String>
    private var result = CommandLineRequest()

    private init(_ arguments: [String], _ catalogue: SettingCatalogue) {
        remaining = arguments[...]
        flags = Self.flags(of: catalogue)
    }

    /// Returns what the arguments say, with their mistakes.
    static func parse(_ arguments: [String], _ catalogue: SettingCatalogue) -> CommandLineRequest {
        var parser = CommandLineParser(arguments, catalogue)
        while let argument = parser.remaining.popFirst() {
            parser.parse(argument)
        }
        return parser.result
    }

    private static func flags(of catalogue: SettingCatalogue) -> [String: Flag] {
        var flags: [String: Flag] = [:]
        for command in CommandFlag.allCases {
            flags[command.rawValue] = .command(command)
            if let letter = command.letter { flags["-\(letter)"] = .command(command) }
        }
        for setting in catalogue.settings {
            flags[setting.flag] =
                setting.form == .toggle ? .toggle(setting, true) : .setting(setting)
            if let negated = setting.negatedFlag { flags[negated] = .toggle(setting, false) }
            if let letter = setting.letter { flags["-\(letter)"] = .setting(setting) }
        }
        return flags
    }

    private mutating func parse(_ argument: String) {
        if !argument.hasPrefix("-") || argument == "-" || argument == "--" {
            report("unexpected argument \(quoted(argument))")
        } else if argument.hasPrefix("--") {
            parseLong(argument)
        } else {
            parseShort(argument)
        }
    }

    private mutating func parseLong(_ argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let flag = flags[name] else { return reportUnknown(name) }
        apply(flag, named: name, attached: parts.count > 1 ? String(parts[1]) : nil)
    }

    /// Parses `-w 4` and `-w4`.
    private mutating func parseShort(_ argument: String) {
        let name = String(argument.prefix(2))
        guard let flag = flags[name], flags["-" + argument] == nil else {
            return reportUnknown(argument)
        }
        let rest = String(argument.dropFirst(2))
        guard rest.isEmpty || flag.takesValue else { return reportUnknown(argument) }
        apply(flag, named: name, attached: rest.isEmpty ? nil : rest)
    }

    private mutating func apply(_ flag: Flag, named name: String, attached: String?) {
        guard flag.takesValue else { return applySwitch(flag, named: name, attached: attached) }
        guard let value = attached ?? takeValue() else {
            return report("the flag `\(name)` needs a value")
        }
        switch flag {
        case .command: result.file = value
        case .setting(let setting), .toggle(let setting, _):
            result.assign(value, to: setting, by: setting.flag)
        }
    }

    private mutating func applySwitch(_ flag: Flag, named name: String, attached: String?) {
        guard attached == nil else { return report("the flag `\(name)` takes no value") }
        switch flag {
        case .command(let command): result.task = max(result.task, task(of: command))
        case .toggle(let setting, let value):
            result.assign(value ? "true" : "false", to: setting, by: name)
        case .setting: break
        }
    }

    private func task(of command: CommandFlag) -> CommandLineRequest.Task {
        switch command {
        case .config: .serve
        case .checkConfig: .checkConfiguration
        case .printConfig: .printConfiguration
        case .version: .showVersion
        case .help: .showHelp
        }
    }

    /// Takes the next argument as a value, unless it is a flag itself.
    private mutating func takeValue() -> String? {
        guard let next = remaining.first, !next.hasPrefix("--"), flags[next] == nil else {
            return nil
        }
        return remaining.popFirst()
    }

    private mutating func reportUnknown(_ name: String) {
        let suggestion = Suggestion.text(
            for: name.hasPrefix("--") ? name : "-" + name,
            in: flags.keys.filter { $0.hasPrefix("--") }.sorted()
        )
        let advice = suggestion.isEmpty ? "; `--help` lists the flags" : suggestion
        report("unknown flag \(quoted(name))\(advice)")
    }

    private mutating func report(_ reason: String) {
        result.problems.append(Problem(place: .usage, setting: nil, reason: reason))
    }
}
