import Testing

@testable import ForktailConfiguration

/// What an application adds to the command line: settings, defaults, commands.
@Suite struct OwnDeclarationTests {
    private enum Mode: String, CaseIterable, Sendable { case fast, thorough }

    private static let title = ApplicationSetting(
        "shop.title",
        default: "Shop",
        summary: "the title"
    )
    private static let size = ApplicationSetting(
        "shop.page_size",
        default: 20,
        in: 1...100,
        summary: "how many articles a page has"
    )
    private static let cache = ApplicationSetting("shop.cache", default: true, summary: "cache")
    private static let wait = ApplicationSetting(
        "shop.wait",
        default: .seconds(2),
        in: .zero ... .seconds(60),
        summary: "how long to wait"
    )
    private static let hosts = ApplicationSetting(
        "shop.hosts",
        default: ["a"],
        summary: "databases"
    )
    private static let mode = ApplicationSetting(
        "shop.mode",
        default: Mode.fast,
        summary: "how to look"
    )

    private static let migrate = ApplicationCommand(
        "migrate",
        summary: "bring the tables up to date"
    ) {
        _,
        _ in
    }

    private static func input(
        file: String? = nil,
        environment: [String: String] = [:],
        arguments: [String] = []
    ) -> ConfigurationInput {
        var input = ForktailConfigurationTests.input(
            file: file,
            environment: environment,
            arguments: arguments,
            applications: []
        )
        input.own = ApplicationDeclarations(
            settings: ApplicationSettings(title, size, cache, wait, hosts, mode),
            defaults: "workers = 7\nworker_class = \"event\"",
            commands: [migrate]
        )
        return input
    }

    @Test func haveTheirDefaultsWhereNothingIsSet() throws {
        let configuration = try load(Self.input()).configuration
        #expect(configuration[Self.title] == "Shop" && configuration[Self.size] == 20)
        #expect(configuration[Self.cache] && configuration[Self.wait] == .seconds(2))
        #expect(configuration[Self.hosts] == ["a"] && configuration[Self.mode] == .fast)
        #expect(configuration.workers == .fixed(7) && configuration.workerClass == .event)
    }

    @Test func comeFromFileEnvironmentAndFlags() throws {
        let file = "[shop]\ntitle = \"A\"\npage_size = 1\nhosts = [\"x\", \"y\"]\nwait = \"3s\""
        let loaded = try load(
            Self.input(
                file: file,
                environment: ["FORKTAIL_SHOP_PAGE_SIZE": "2", "FORKTAIL_SHOP_MODE": "thorough"],
                arguments: ["--shop-title", "B", "--no-shop-cache", "-w", "3"]
            )
        )
        let configuration = loaded.configuration
        #expect(configuration[Self.title] == "B" && configuration[Self.size] == 2)
        #expect(!configuration[Self.cache] && configuration[Self.wait] == .seconds(3))
        #expect(configuration[Self.hosts] == ["x", "y"] && configuration[Self.mode] == .thorough)
        #expect(configuration.workers == .fixed(3))
        #expect(loaded.origin(of: "shop.title") == .flag("--shop-title"))
        #expect(loaded.origin(of: "shop.wait").description == "file f.toml:5")
        #expect(loaded.origin(of: "workers") == .flag("--workers"))
    }

    @Test(arguments: [
        ("[shop]\npage_size = 0", "f.toml:2:13: shop.page_size: "),
        ("[shop]\nmode = \"slow\"", "f.toml:2:8: shop.mode: "),
        ("[shop]\npage_sice = 1", "did you mean `shop.page_size`?"),
        ("[shop]\nwait = \"61s\"", "f.toml:2:8: shop.wait: "),
    ])
    func areChecked(_ file: String, _ message: String) {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try load(Self.input(file: file))
        }
        #expect(failure?.description.contains(message) == true, "\(failure?.description ?? "")")
    }

    @Test func standInTheHelpAndInThePrintedConfiguration() throws {
        let help = try show(Self.input(arguments: ["--help"]))
        for text in [
            "\nCommands:\n  migrate ", "\nThe program's own:\n", "--shop-page-size NUMBER",
            "how many articles a page has [default: 20]", "--shop-cache, --no-shop-cache",
            "fast, thorough [default: fast]", "[default: 7",
        ] {
            #expect(help.contains(text), "\(text)")
        }
        let printed = try show(Self.input(arguments: ["--print-config", "--shop-wait=5s"]))
        #expect(printed.contains("shop.wait = \"5s\"  # flag --shop-wait\n"))
        #expect(printed.contains("shop.hosts = [\"a\"]  # default\n"))
        #expect(printed.contains("workers = 7  # default\n"))
    }

    @Test func runCommandsWithTheirWordsAndTheSettings() throws {
        let arguments = ["-w", "2", "migrate", "up", "--shop-title=C", "--", "--dry-run", "-"]
        guard
            case .run(let command, let words, let loaded) = try ConfigurationLoader.load(
                Self.input(arguments: arguments)
            )
        else {
            Issue.record("no command")
            return
        }
        #expect(command.name == "migrate" && words == ["up", "--dry-run", "-"])
        #expect(loaded.configuration[Self.title] == "C")
        #expect(loaded.configuration.workers == .fixed(2))
        let failure = #expect(throws: ConfigurationFailure.self) {
            try load(Self.input(arguments: ["migrat"]))
        }
        #expect(failure?.description.contains("did you mean `migrate`?") == true)
    }

    @Test func mayBeSetForTests() {
        var configuration = Configuration()
        configuration[Self.size] = 5
        configuration[Self.mode] = .thorough
        #expect(configuration[Self.size] == 5 && configuration[Self.mode] == .thorough)
        #expect(configuration != Configuration())
    }

    @Test(arguments: [
        ("title", "table.key"), ("shop.Title", "table.key"), ("shop.a.b", "table.key"),
        ("exec.title", "forktail's own"), ("bind.title", "forktail's own"),
    ])
    func mustHaveATableOfTheirOwn(_ name: String, _ reason: String) {
        let setting = ApplicationSetting(name, default: "", summary: "")
        let own = ApplicationDeclarations(settings: ApplicationSettings(setting))
        let known = SettingCatalogue(applications: []).settings
        #expect(own.mistake(beside: known)?.contains(reason) == true)
    }

    @Test func mustNotBeDeclaredTwice() {
        let twice = ApplicationDeclarations(settings: ApplicationSettings(Self.title, Self.title))
        #expect(twice.mistake(beside: []) == "the setting `shop.title` is declared twice")
        let command = ApplicationCommand("status", summary: "") { _, _ in }
        #expect(ApplicationDeclarations(commands: [command]).mistake(beside: []) != nil)
    }
}
