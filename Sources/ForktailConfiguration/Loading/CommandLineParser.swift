/// Reads the arguments of a command line against the declared flags.
struct CommandLineParser {
    /// What a flag stands for.
    private enum Flag {
        case file
        case task(CommandLineRequest.Task)
        case value(Setting)
        case toggle(Setting, Bool)
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
            let flag = flag(for: command)
            flags[command.rawValue] = flag
            if let letter = command.letter { flags["-\(letter)"] = flag }
        }
        for setting in catalogue.settings {
            let flag = setting.form == .toggle ? Flag.toggle(setting, true) : .value(setting)
            flags[setting.flag] = flag
            if let letter = setting.letter { flags["-\(letter)"] = flag }
            if let negated = setting.negatedFlag { flags[negated] = .toggle(setting, false) }
        }
        return flags
    }

    private static func flag(for command: CommandFlag) -> Flag {
        switch command {
        case .config: .file
        case .checkConfig: .task(.checkConfiguration)
        case .printConfig: .task(.printConfiguration)
        case .version: .task(.showVersion)
        case .help: .task(.showHelp)
        }
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
        guard let flag = flags[name] else {
            return reportUnknown(name, hasValue: parts.count > 1)
        }
        apply(flag, named: name, attached: parts.count > 1 ? String(parts[1]) : nil)
    }

    /// Parses `-w 4` and `-w4`; a long flag with one hyphen is a mistake.
    private mutating func parseShort(_ argument: String) {
        let name = String(argument.prefix(2))
        guard let flag = flags[name], flags["-" + argument] == nil else {
            return reportUnknown(argument, hasValue: false)
        }
        let rest = String(argument.dropFirst(2))
        apply(flag, named: name, attached: rest.isEmpty ? nil : rest)
    }

    private mutating func apply(_ flag: Flag, named name: String, attached: String?) {
        switch flag {
        case .file:
            guard let value = value(of: name, attached) else { return }
            result.file = value
        case .value(let setting):
            guard let value = value(of: name, attached) else { return }
            result.assign(value, to: setting, by: setting.flag)
        case .task(let task):
            guard standsAlone(name, attached) else { return }
            result.task = max(result.task, task)
        case .toggle(let setting, let isOn):
            guard standsAlone(name, attached) else { return }
            result.assign(isOn ? "true" : "false", to: setting, by: name)
        }
    }

    /// Returns the value of a flag, or reports that there is none.
    private mutating func value(of name: String, _ attached: String?) -> String? {
        if let value = attached ?? takeValue() { return value }
        report("the flag `\(name)` needs a value")
        return nil
    }

    /// Returns whether a flag comes without a value, or reports that it has one.
    private mutating func standsAlone(_ name: String, _ attached: String?) -> Bool {
        if attached != nil { report("the flag `\(name)` takes no value") }
        return attached == nil
    }

    /// Takes the next argument as a value, unless it is a flag itself.
    private mutating func takeValue() -> String? {
        guard let next = remaining.first, !next.hasPrefix("--"), flags[next] == nil else {
            return nil
        }
        return remaining.popFirst()
    }

    /// Reports a flag that doesn't exist, and moves over what was meant as its value.
    private mutating func reportUnknown(_ name: String, hasValue: Bool) {
        if !hasValue, remaining.first?.hasPrefix("-") == false { remaining.removeFirst() }
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
