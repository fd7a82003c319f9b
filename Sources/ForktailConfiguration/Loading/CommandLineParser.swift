/// Reads the arguments of a command line against the declared flags.
struct CommandLineParser {
    /// What a flag stands for.
    private enum Flag {
        case file
        case application
        case task(CommandLineRequest.Task)
        case value(Setting)
        case toggle(Setting, Bool)
    }

    private let flags: [String: Flag]
    private var remaining: ArraySlice<SystemString>
    /// The settings that `--` and `--wsgi` give.
    private let command: Setting?
    private let application: Setting?
    private let workerClass: Setting?
    private let ownCommands: [ApplicationCommand]
    private var result = CommandLineRequest()

    private init(_ arguments: [SystemString], _ catalogue: SettingCatalogue) {
        remaining = arguments[...]
        flags = Self.flags(of: catalogue)
        command = catalogue.setting(named: "exec.command")
        application = catalogue.setting(named: "wsgi.application")
        workerClass = catalogue.setting(named: "worker_class")
        ownCommands = catalogue.commands
    }

    /// Returns what the arguments say, with their mistakes.
    static func parse(_ arguments: [SystemString], _ catalogue: SettingCatalogue)
        -> CommandLineRequest
    {
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
        case .wsgi: .application
        case .checkConfig: .task(.checkConfiguration)
        case .printConfig: .task(.printConfiguration)
        case .version: .task(.showVersion)
        case .help: .task(.showHelp)
        }
    }

    private mutating func parse(_ argument: SystemString) {
        let text = argument.description
        if text == "--" {
            takeCommand()
        } else if takeOwnWord(argument) || takeControlWord(text) {
            return
        } else if !text.hasPrefix("-") || text == "-" {
            let verbs = ControlVerb.allCases.map(\.rawValue) + ownCommands.map(\.name)
            let suggestion = Suggestion.text(for: text, in: verbs)
            let advice = suggestion.isEmpty ? "; `--help` lists the flags" : suggestion
            report("unexpected argument \(quoted(text))\(advice)")
        } else if text.hasPrefix("--") {
            parseLong(argument)
        } else {
            parseShort(argument)
        }
    }

    /// Takes a word of a command to a running server: its name, its argument or a flag of it.
    private mutating func takeControlWord(_ text: String) -> Bool {
        guard let words = result.control else {
            guard let verb = ControlVerb(rawValue: text) else { return false }
            result.control = ControlWords(verb: verb)
            return true
        }
        if let flag = ControlFlag(rawValue: text), words.verb.flags.contains(flag) {
            result.control?.flags.insert(flag)
            return true
        }
        guard !text.hasPrefix("-"), words.verb.placeholder != nil, words.arguments.isEmpty else {
            return false
        }
        result.control?.arguments.append(text)
        return true
    }

    /// Takes the name of a command of the program's own, or a word of its.
    private mutating func takeOwnWord(_ argument: SystemString) -> Bool {
        let text = argument.description
        guard result.command == nil else {
            guard !text.hasPrefix("-") else { return false }
            takeArgument(argument)
            return true
        }
        guard result.control == nil, let command = ownCommands.first(where: { $0.name == text })
        else { return false }
        result.command = command
        return true
    }

    private mutating func takeArgument(_ argument: SystemString) {
        guard let text = argument.text else {
            return report("the argument \(quoted(argument.description)): \(notUTF8(argument))")
        }
        result.arguments.append(text)
    }

    /// Takes what follows `--`: words of a command of the program's own, or the program of the class
    /// exec, and the class with it.
    private mutating func takeCommand() {
        if result.command != nil {
            remaining.forEach { takeArgument($0) }
            remaining = []
            return
        }
        guard !remaining.isEmpty, let command else {
            return report("no program follows `--`")
        }
        for argument in remaining {
            guard let text = argument.text else {
                return report("the command behind `--`: \(notUTF8(argument))")
            }
            result.assign(text, to: command, by: "--")
        }
        remaining = []
        implyClass(.exec, by: "--")
    }

    /// Sets the class of workers, unless a flag has.
    private mutating func implyClass(_ implied: WorkerClass, by flag: String) {
        guard let workerClass,
            !result.assignments.contains(where: { $0.setting.name == workerClass.name })
        else { return }
        result.assign(implied.rawValue, to: workerClass, by: flag)
    }

    private mutating func parseLong(_ argument: SystemString) {
        let parts = argument.bytes.split(
            separator: ascii("="),
            maxSplits: 1,
            omittingEmptySubsequences: false
        ).map(SystemString.init(bytes:))
        let name = parts[0].description
        guard let flag = flags[name] else {
            return reportUnknown(name, hasValue: parts.count > 1)
        }
        apply(flag, named: name, attached: parts.count > 1 ? parts[1] : nil)
    }

    /// Parses `-w 4` and `-w4`; a long flag with one hyphen is a mistake.
    private mutating func parseShort(_ argument: SystemString) {
        let text = argument.description
        let name = String(text.prefix(2))
        guard let flag = flags[name], flags["-" + text] == nil else {
            return reportUnknown(text, hasValue: false)
        }
        let rest = argument.bytes.dropFirst(2)
        apply(flag, named: name, attached: rest.isEmpty ? nil : SystemString(bytes: rest))
    }

    private mutating func apply(_ flag: Flag, named name: String, attached: SystemString?) {
        switch flag {
        case .file:
            guard let value = value(of: name, attached) else { return }
            result.file = value
        case .application:
            guard let application, let value = value(of: name, attached) else { return }
            guard let text = value.text else {
                return report("the flag `\(name)`: \(notUTF8(value))")
            }
            result.assign(text, to: application, by: name)
            implyClass(.wsgi, by: name)
        case .value(let setting):
            guard let value = value(of: name, attached) else { return }
            guard let text = value.text else {
                return report("the flag `\(name)`: \(notUTF8(value))")
            }
            result.assign(text, to: setting, by: setting.flag)
        case .task(let task):
            guard standsAlone(name, attached) else { return }
            result.task = max(result.task, task)
        case .toggle(let setting, let isOn):
            guard standsAlone(name, attached) else { return }
            result.assign(isOn ? "true" : "false", to: setting, by: name)
        }
    }

    /// Returns the value of a flag, or reports that there is none.
    private mutating func value(of name: String, _ attached: SystemString?) -> SystemString? {
        if let value = attached ?? takeValue() { return value }
        report("the flag `\(name)` needs a value")
        return nil
    }

    /// Returns whether a flag comes without a value, or reports that it has one.
    private mutating func standsAlone(_ name: String, _ attached: SystemString?) -> Bool {
        if attached != nil { report("the flag `\(name)` takes no value") }
        return attached == nil
    }

    /// Takes the next argument as a value, unless it is a flag itself.
    private mutating func takeValue() -> SystemString? {
        guard let next = remaining.first?.description, !next.hasPrefix("--"), flags[next] == nil
        else { return nil }
        return remaining.popFirst()
    }

    /// Reports a flag that doesn't exist, and moves over what was meant as its value.
    private mutating func reportUnknown(_ name: String, hasValue: Bool) {
        if !hasValue, remaining.first?.description.hasPrefix("-") == false {
            remaining.removeFirst()
        }
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

/// The reason to refuse the value of a setting that isn't text.
func notUTF8(_ value: SystemString) -> String {
    "\(quoted(value.description)) isn't UTF-8; a path with such a name can be given by a symbolic link"
}
