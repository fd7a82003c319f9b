/// A command of an application's own, which runs instead of the server: `shop migrate`.
///
/// It has the same settings as the server: those of the file, of the environment and of flags.
public struct ApplicationCommand: Sendable {
    /// The word of the command line.
    package let name: String
    /// What it does, in a few words, for `--help`.
    package let summary: String
    /// Does it.
    package let run: @Sendable ([String], Configuration) throws -> Void

    /// Declares a command.
    ///
    /// - Parameters:
    ///   - name: The word of the command line; none of forktail's own, such as `status`.
    ///   - summary: What it does, in a few words.
    ///   - run: Does it, given the words behind the command's name that are no flags, and all words
    ///     behind `--`. The process exits with 0 if it returns. If it throws, the process prints the
    ///     error and exits with 64 for `WrongUsage`, with 70 for any other.
    public init(
        _ name: String,
        summary: String,
        run: @escaping @Sendable ([String], Configuration) throws -> Void
    ) {
        self.name = name
        self.summary = summary
        self.run = run
    }
}

/// An error of a command: its words are not those that it takes.
public struct WrongUsage: Error, CustomStringConvertible {
    /// What is wrong, and what the command takes.
    public let description: String

    /// Makes the error of its text.
    public init(_ description: String) {
        self.description = description
    }
}

/// What an application adds to forktail's command line.
package struct ApplicationDeclarations: Sendable {
    /// Settings of its own.
    let settings: [Setting]
    /// A configuration file's text with its defaults for forktail's settings.
    let defaults: String
    /// Commands of its own.
    package let commands: [ApplicationCommand]

    /// Collects them.
    ///
    /// - Precondition: A setting's name is a table of the application's own, a point and a key; no
    ///   two names are the same; the defaults are valid.
    package init(
        settings: ApplicationSettings = ApplicationSettings(),
        defaults: String = "",
        commands: [ApplicationCommand] = []
    ) {
        self.settings = settings.settings
        self.defaults = defaults
        self.commands = commands
    }

    /// What is wrong with the declarations, beside forktail's own settings and commands.
    func mistake(beside known: [Setting]) -> String? {
        let tables = Set(known.compactMap { $0.name.split(separator: ".").dropLast().first })
        let words = Set(known.map(\.name))
        var names: Set<String> = []
        for name in settings.map(\.name) {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy(Self.isKey) else {
                return
                    "\(quoted(name)) is no name of a setting: write it as \"table.key\", in small "
                    + "letters, digits and underscores"
            }
            if tables.contains(parts[0]) || words.contains(String(parts[0])) {
                return "the setting \(quoted(name)) is in a table of forktail's own; choose another"
            }
            guard names.insert(name).inserted else {
                return "the setting \(quoted(name)) is declared twice"
            }
        }
        for name in commands.map(\.name) {
            guard !name.isEmpty, !name.hasPrefix("-"), ControlVerb(rawValue: name) == nil else {
                return
                    "\(quoted(name)) can't name a command: forktail has it, or it looks like a flag"
            }
            guard names.insert(name).inserted else {
                return "the command \(quoted(name)) is declared twice"
            }
        }
        return nil
    }

    private static func isKey(_ text: Substring) -> Bool {
        text.utf8.first?.isLetter == true
            && text.utf8.allSatisfy {
                ("a"..."z").contains(Character(Unicode.Scalar($0))) || $0.isDigit
                    || $0 == ascii("_")
            }
    }
}
