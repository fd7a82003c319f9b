import Testing

@testable import ForktailConfiguration

/// What `--help`, `--version`, `--print-config` and `--check-config` give.
@Suite struct ShowingTests {
    private let catalogue = SettingCatalogue(applications: applications)

    @Test func showsEverySettingInTheHelp() throws {
        let help = try show(input(arguments: ["--help"]))
        for setting in catalogue.settings {
            #expect(help.contains(setting.flag))
            #expect(setting.negatedFlag.map(help.contains) ?? true)
        }
        for command in CommandFlag.allCases {
            #expect(help.contains(command.rawValue))
        }
        for group in SettingGroup.allCases where group != .own {
            #expect(help.contains("\n\(group.rawValue):\n"))
        }
        for text in [
            "  -w, --workers NUMBER", "auto: one per", "[default: 30s]",
            "[default: 127.0.0.1:8000, or 0.0.0.0:$PORT where", "debug, info, warning,",
            "  the file to write the arbiter's process id to\n",
        ] {
            #expect(help.contains(text))
        }
        #expect(help.hasPrefix("Usage: forktail "))
        #expect(help.hasSuffix("\n"))
    }

    @Test func keepsTheHelpWithinTheScreen() throws {
        let help = try show(input(arguments: ["-h"]))
        let lines = help.split(separator: "\n")
        #expect(lines.filter { $0.count > 100 }.isEmpty)
        #expect(lines.filter { $0.last == " " }.isEmpty)
        for line in lines where line.hasPrefix("  ") {
            let columns = Array(line)
            #expect(columns[45...46] == ["\u{20}", "\u{20}"] && columns[47] != " ", "\(line)")
        }
    }

    @Test func leavesBuiltInApplicationsOutOfTheHelpWhereThereAreNone() throws {
        let help = try show(input(arguments: ["--help"], applications: []))
        #expect(!help.contains("--app "))
        #expect(!help.contains("--files-root"))
        #expect(help.contains("--preload-app"))
    }

    @Test(arguments: [
        ["--version"], ["--version", "--check-config", "--print-config"],
        ["--nonsense", "--version", "-w", "0"],
    ])
    func showsTheVersion(_ arguments: [String]) throws {
        #expect(try show(input(arguments: arguments)) == "forktail 1.2.3\n")
    }

    @Test func prefersTheHelp() throws {
        let help = try show(input(arguments: ["--version", "--help", "--nonsense"]))
        #expect(help.hasPrefix("Usage: "))
    }

    @Test func printsOriginsOfAllSettings() throws {
        let text = try show(
            input(
                file: "\nbacklog = 5",
                environment: ["FORKTAIL_TIMEOUT": "0", "PORT": "81"],
                arguments: ["--print-config", "--no-preload-app", "--env", "B=2", "--env", "A=1"]
            )
        )
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == catalogue.settings.count)
        for line in [
            "bind = \"0.0.0.0:81\"  # environment PORT", "backlog = 5  # file f.toml:2",
            "timeout = 0  # environment FORKTAIL_TIMEOUT", "workers = \"auto\"  # default",
            "preload_app = false  # flag --no-preload-app", "pidfile = \"\"  # default",
            "env = { A = \"1\", B = \"2\" }  # flag --env", "header_timeout = \"10s\"  # default",
        ] {
            #expect(lines.contains(line))
        }
    }

    @Test func readsBackWhatItPrints() throws {
        let file = #"""
            bind = ["[::1]:81", "unix:/tmp/a \"b\" \\ é.sock"]
            timeout = 0
            header_timeout = 0.125
            limit_request_body = 0
            limit_request_line = 9000
            limit_request_rate = 0
            forwarded_allow_ips = "10.0.0.0/8, ::ffff:127.0.0.1"
            proxy_protocol = "auto"
            proxy_allow_ips = []
            header_map = "keep"
            workers = 3
            chdir = "/tmp/\u001b\u007f\n"
            accesslog = "-"
            access_log_format = "%(h)s\t%({x}i)s"
            env = { "a b" = "1,2", "é" = "\"", C = "" }
            loglevel = "warning"
            log_format = "json"
            files.root = "/srv/#"
            files.index = ["a,b", "c"]
            files.cache_control = { "/a*" = "max-age=1, immutable", "*" = "no-cache" }
            files.error_pages = { 404 = "/a.html", 403 = "/b.html" }
            files.precompressed = ["zstd", "br"]
            files.charset = ""
            files.symlinks = "never"
            files.dot_files = true
            files.open_cache_age = 0
            """#
        let original = try load(input(file: file)).configuration
        let printed = try show(input(file: file, arguments: ["--print-config"]))
        let loaded = try load(input(file: printed))
        #expect(loaded.configuration == original)
        #expect(original != Configuration())
        let lines = printed.split(separator: "\n")
        let line = try #require(lines.firstIndex { $0.hasPrefix("env = ") }) + 1
        #expect(loaded.origin(of: "env").description == "file f.toml:\(line)")
    }

    @Test func failsToPrintWrongSettings() {
        let (lines, status) = failure(input(arguments: ["--print-config", "-w", "0"]))
        #expect(lines.count == 1)
        #expect(status == 78)
    }

    @Test func checksTheConfiguration() throws {
        let valid = input(file: "workers = 9", arguments: ["--check-config"])
        guard
            case .checkConfiguration(let loaded, mistakes: nil) = try ConfigurationLoader.load(
                valid
            )
        else {
            Issue.record("no check")
            return
        }
        #expect(loaded.configuration.workers == .fixed(9))
    }

    /// What the valid settings name is looked at, too.
    @Test func checksWhatIsValidBesideMistakes() throws {
        let mistaken = input(file: "workers = 9\nbacklog = 0", arguments: ["--check-config"])
        guard
            case .checkConfiguration(let loaded, let mistakes?) =
                try ConfigurationLoader.load(mistaken)
        else {
            Issue.record("no mistake")
            return
        }
        #expect(loaded.configuration.workers == .fixed(9))
        #expect(mistakes.problems.map(\.setting) == ["backlog"])
        #expect(mistakes.exitCode.rawValue == 78)
    }
}
