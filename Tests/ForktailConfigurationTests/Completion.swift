@testable import ForktailConfiguration

/// The completion of the command line for bash, zsh and fish: `config/completion/forktail.*`.
struct Completion {
    /// What a shell proposes for the value of a flag.
    private enum Value {
        /// The flag has no value.
        case none
        /// One of these.
        case words([String])
        case path
        /// A value that a shell can't know.
        case other
    }

    /// One flag, with its short form.
    private struct Flag {
        let letter: Character?
        let name: String
        let summary: String
        let value: Value
        var mayRepeat = false

        /// The short and the long form.
        var names: [String] { (letter.map { ["-\($0)"] } ?? []) + [name] }
    }

    private let flags: [Flag]
    /// The commands to a running server, with their flags.
    private let verbs = ControlVerb.allCases

    init(applications: [String]) {
        let commands = CommandFlag.allCases.map { command in
            Flag(
                letter: command.letter,
                name: command.rawValue,
                summary: command.summary,
                value: command.placeholder == nil ? .none : .path
            )
        }
        flags = commands + SettingCatalogue(applications: applications).settings.flatMap(Self.flags)
    }

    private static func flags(for setting: Setting) -> [Flag] {
        let first = Flag(
            letter: setting.letter,
            name: setting.flag,
            summary: setting.summary,
            value: value(of: setting),
            mayRepeat: setting.form == .list
        )
        guard let negated = setting.negatedFlag else { return [first] }
        return [
            first,
            Flag(letter: nil, name: negated, summary: "not: \(setting.summary)", value: .none),
        ]
    }

    private static func value(of setting: Setting) -> Value {
        if setting.form == .toggle { return .none }
        if !setting.choices.isEmpty { return .words(setting.choices) }
        return setting.placeholder == "PATH" ? .path : .other
    }

    private static let note = "made from the declarations of the settings by `make manual`"

    /// The script for bash.
    ///
    /// bash gives `--flag=VALUE` as three words.
    var bash: String {
        var cases: [String] = []
        var paths: [String] = []
        var others: [String] = []
        for flag in flags {
            switch flag.value {
            case .none: continue
            case .words(let words):
                let pattern = flag.names.joined(separator: " | ")
                cases.append("    \(pattern)) words='\(words.joined(separator: " "))' ;;")
            case .path: paths += flag.names
            case .other: others += flag.names
            }
        }
        return """
            # Completion of forktail for bash: \(Self.note).
            _forktail() {
                local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]} words
                if [[ $word == = ]]; then
                    word=
                elif [[ $flag == = ]]; then
                    flag=${COMP_WORDS[COMP_CWORD - 2]}
                fi
                case $flag in
            \(cases.joined(separator: "\n"))
                \(Self.pattern(paths)))
                    compopt -o filenames
                    mapfile -t COMPREPLY < <(compgen -f -- "$word")
                    return
                    ;;
                \(Self.pattern(others))) return ;;
                *) words='\(Self.list(flags.flatMap(\.names)))' ;;
                esac
                if ((COMP_CWORD == 1)); then words+=' \(verbs.map(\.rawValue).joined(separator: " "))'; fi
                case ${COMP_WORDS[1]} in
            \(verbCases.joined(separator: "\n"))
                esac
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
            }
            complete -F _forktail forktail

            """
    }

    private var verbCases: [String] {
        verbs.filter { !$0.flags.isEmpty }.map { verb in
            let flags = verb.flags.map(\.rawValue).joined(separator: " ")
            return "    \(verb.rawValue)) words+=' \(flags)' ;;"
        }
    }

    /// Alternatives of `case`, some on each line.
    private static func pattern(_ names: [String]) -> String {
        wrapped(names.joined(separator: " | "), width: 90)
            .joined(separator: "\n        ")
            .split(separator: "\n").joined(separator: " \\\n")
    }

    private static func list(_ names: [String]) -> String {
        wrapped(names.joined(separator: " "), width: 90).joined(separator: "\n        ")
    }

    /// The script for zsh.
    var zsh: String {
        let own = ControlFlag.allCases.map { flag in
            Flag(letter: nil, name: flag.rawValue, summary: flag.summary, value: .none)
        }
        let words = verbs.map(\.rawValue).joined(separator: " ")
        let specifications =
            ["    '1:command:(\(words))'", "    '2::argument:'"]
            + (flags + own).map { "    \(Self.specification($0))" }
        return """
            #compdef forktail
            # Completion of forktail for zsh: \(Self.note).
            _arguments -s \\
            \(specifications.joined(separator: " \\\n"))

            """
    }

    private static func specification(_ flag: Flag) -> String {
        let summary = flag.summary.reduce(into: "") { text, character in
            text += "[]:\\".contains(character) ? "\\\(character)" : String(character)
        }.replacing("'", with: "'\\''")
        let value =
            switch flag.value {
            case .none: ""
            case .words(let words): ":value:(\(words.joined(separator: " ")))"
            case .path: ":path:_files"
            case .other: ":value:"
            }
        let tail = "'[\(summary)]\(value)'"
        let assignment = value.isEmpty ? "" : "="
        let long = flag.name + assignment
        guard let letter = flag.letter else {
            return (flag.mayRepeat ? "'*'" : "") + long + tail
        }
        let names = "{-\(letter),\(long)}"
        return (flag.mayRepeat ? "'*'" : "'(-\(letter) \(flag.name))'") + names + tail
    }

    private var fishVerbs: [String] {
        verbs.flatMap { verb in
            let name = verb.rawValue
            let summary = verb.summary.replacing("'", with: "\\'")
            return ["complete -c forktail -n __fish_use_subcommand -a \(name) -d '\(summary)'"]
                + verb.flags.map { flag in
                    "complete -c forktail -n '__fish_seen_subcommand_from \(name)' "
                        + "-l \(flag.rawValue.dropFirst(2)) -d '\(flag.summary)'"
                }
        }
    }

    /// The script for fish.
    var fish: String {
        let lines = flags.map { flag in
            let letter = flag.letter.map { " -s \($0)" } ?? ""
            let value =
                switch flag.value {
                case .none: ""
                case .words(let words): " -x -a '\(words.joined(separator: " "))'"
                case .path: " -r -F"
                case .other: " -x"
                }
            let summary = flag.summary.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            return
                "complete -c forktail\(letter) -l \(flag.name.dropFirst(2))\(value) -d '\(summary)'"
        }
        return """
            # Completion of forktail for fish: \(Self.note).
            complete -c forktail -f
            \(fishVerbs.joined(separator: "\n"))
            \(lines.joined(separator: "\n"))

            """
    }
}
