import ForktailValues

@testable import ForktailConfiguration

/// The text of `config/forktail.8`, the man page, in the macros of man(7).
struct ManPage {
    private let catalogue: SettingCatalogue

    init(applications: [String]) {
        catalogue = SettingCatalogue(applications: applications)
    }

    /// The whole page.
    var text: String {
        let options = SettingGroup.allCases.filter { $0 != .own }.map { group in
            ".SS \(group.rawValue)\n" + catalogue.settings(in: group).map(entry).joined()
        }
        let general = CommandFlag.allCases.map(entry).joined()
        let commands = ControlVerb.allCases.map(entry).joined()
        return Self.head + ".SH COMMANDS\n" + Self.commands + commands
            + ".SH OPTIONS\n.SS General\n" + general + options.joined() + Self.tail
    }

    private static let head = #"""
        .\" Made from the declarations of the settings by `make manual`; do not edit.
        .TH FORKTAIL 8 "\#(Version.day)" "forktail \#(Version.number)" "System Administration"
        .SH NAME
        forktail \- pre\-fork worker arbiter and HTTP/1.1 server
        .SH SYNOPSIS
        .B forktail
        .RB [ \-c
        .IR FILE ]
        .RI [ FLAG ]...
        .br
        .B forktail
        .I COMMAND
        .RB [ \-c
        .IR FILE ]
        .RI [ FLAG ]...
        .SH DESCRIPTION
        .B forktail
        serves HTTP/1.1.
        One process, the arbiter, binds the sockets and starts the worker processes
        that answer requests.
        It replaces a worker that crashes or hangs, and obeys the signals below.
        A program that is linked with the library Forktail has the same command line.
        .PP
        Each setting is a key of a TOML 1.0 file, a flag and a variable of the
        environment:
        .BR "backlog = 512" ,
        .B \-\-backlog 512
        and
        .BR FORKTAIL_BACKLOG=512 .
        A flag prevails over the environment, the environment over the file, and the
        file over the default.
        Durations are seconds, or texts such as 500ms, 30s, 5m and 1h.
        Sizes are bytes, or texts such as 10kB, 64KiB and 1MiB.

        """#

    private static let commands = #"""
        Commands ask and steer a running server.
        They find its control socket by its settings: give them the same file,
        environment and flags.
        Where nothing names it, a command also tries /run/NAME/control.sock for
        NAME.toml, and /run/forktail/control.sock.
        Only the user of the server and root may use it.
        An exit status other than 0 is one of sysexits.h: 64 wrong usage, 69 there is
        no server, 70 it failed, 75 it makes no sense for now, 77 no permission,
        78 mistakes in the configuration.
        .PP
        .B forktail new
        .IR "NAME " [ PACKAGE ]
        asks no server: it writes the directory NAME with a program of your own, its
        test, a Containerfile and a unit.
        PACKAGE is the path or the URL of the package forktail.

        """#

    private static let tail = #"""
        .SH SIGNALS
        To the arbiter:
        .TP
        .B TERM
        Stops gracefully: the workers finish their requests and serve the connections
        that are already queued, within graceful_timeout.
        .TP
        .BR INT ", " QUIT
        Stops at once; during a graceful stop, ends it.
        .TP
        .B HUP
        Reads the settings again and replaces the workers, each new one ready before
        an old one leaves.
        .TP
        .BR TTIN ", " TTOU
        Starts one worker more, or retires one (the last one stays), until the next HUP.
        .TP
        .B USR1
        Reopens the log files.
        .TP
        .B USR2
        Upgrade: starts the executable that now has the path of the arbiter, on the
        same sockets.
        TERM to the old arbiter then completes the upgrade, QUIT to the new one takes
        it back.
        .TP
        .B WINCH
        Retires all workers and keeps the sockets; HUP brings the workers back.
        .SH EXIT STATUS
        .TP
        .B 0
        It stopped as it was told to.
        .TP
        .B 64
        The command line is wrong.
        .TP
        .B 69
        An address, a file or the server that a command is for is not available.
        .TP
        .B 70
        The first workers could not boot.
        .TP
        .B 71
        The system refused a call.
        .TP
        .BR 75 ", " 77
        A command makes no sense for now, or only another user may give it.
        .TP
        .B 78
        The configuration is wrong.
        .SH ENVIRONMENT
        .TP
        .BR FORKTAIL_ \fINAME\fR
        Gives the setting of that name; a point in the name becomes an underscore.
        .TP
        .B FORKTAIL_CONFIG
        Names the configuration file, like
        .BR \-\-config .
        .TP
        .BR PORT ", " WEB_CONCURRENCY ", " FORWARDED_ALLOW_IPS
        Replace the defaults of bind, workers and forwarded_allow_ips.
        .SH FILES
        .TP
        .I @SYSCONFDIR@/forktail/forktail.toml
        The configuration that the systemd unit reads.
        It lists every setting.
        .SH EXAMPLES
        Serve a directory:
        .PP
        .RS 4
        .EX
        forktail \-\-app files \-\-files\-root /srv/www
        .EE
        .RE
        .PP
        Check a configuration, then reload it:
        .PP
        .RS 4
        .EX
        forktail \-\-check\-config \-c forktail.toml
        forktail reload \-c forktail.toml
        .EE
        .RE
        .SH SEE ALSO
        .BR systemctl (1),
        .BR signal (7)

        """#

    private func entry(_ verb: ControlVerb) -> String {
        let words =
            [Self.bold(verb.rawValue)]
            + (verb.placeholder.map { ["\\fI\(Self.escaped($0))\\fR"] } ?? [])
            + verb.flags.map { "[\(Self.bold($0.rawValue))]" }
        let text =
            Self.sentences(verb.summary.capitalizedFirst + ".") + Self.sentences(verb.details)
        return ".TP\n\(words.joined(separator: " "))\n\(text)"
    }

    private func entry(_ command: CommandFlag) -> String {
        let flags = Self.flags(command.letter, command.rawValue, command.placeholder)
        return ".TP\n\(flags)\n\(Self.sentences(command.summary.capitalizedFirst + "."))"
    }

    private func entry(_ setting: Setting) -> String {
        let flags =
            setting.negatedFlag.map { "\(Self.bold(setting.flag)), \(Self.bold($0))" }
            ?? Self.flags(setting.letter, setting.flag, setting.placeholder)
        let initial = [setting.format(catalogue.defaults), setting.fallback?.note]
            .compactMap(\.self).joined(separator: ", ")
        return """
            .TP
            \(flags)
            \(Self.sentences(setting.summary.capitalizedFirst + "."))\
            \(Self.sentences(setting.details))\
            \(Self.sentences("Allowed: \(setting.allowed)."))\
            \(Self.sentences("Default: \(initial)."))
            """
    }

    private static func flags(_ letter: Character?, _ flag: String, _ value: String?) -> String {
        let names = [letter.map { bold("-\($0)") }, bold(flag)].compactMap(\.self)
        let value = value.map { " \\fI\(escaped($0))\\fR" } ?? ""
        return names.joined(separator: ", ") + value
    }

    private static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

    /// Each sentence begins a line, as man(7) wants it, and no line is longer than a terminal's.
    private static func sentences(_ text: String) -> String {
        var sentences = [""]
        for word in text.split(separator: " ") {
            sentences[sentences.count - 1] += word + " "
            if word.hasSuffix(".") { sentences.append("") }
        }
        let lines = sentences.flatMap { wrapped(escaped($0), width: 78) }
        return lines.map { line in
            // A line that begins so would be a request.
            line.first == "." || line.first == "'" ? "\\&\(line)\n" : "\(line)\n"
        }.joined()
    }

    /// A text as roff shows it unchanged.
    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "\\": "\\e"
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            default: String(character)
            }
        }.joined()
    }
}

extension String {
    /// The text with a capital letter at its beginning.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
