import Testing

@testable import ForktailConfiguration

/// The sources, their precedence, and the mistakes in them.
@Suite struct LoadingTests {
    @Test func servesWithDefaults() throws {
        let loaded = try load(input())
        #expect(loaded.configuration == Configuration())
        #expect(loaded.file == nil)
        #expect(loaded.origin(of: "workers") == .default)
    }

    @Test func letsStrongerSourcesPrevail() throws {
        let file = "backlog = 1\ntimeout = 1\nworkers = 1\n"
        let environment = ["FORKTAIL_TIMEOUT": "2", "FORKTAIL_WORKERS": "2"]
        let loaded = try load(
            input(file: file, environment: environment, arguments: ["--workers", "3"])
        )
        #expect(loaded.configuration.backlog == 1)
        #expect(loaded.configuration.timeout == .seconds(2))
        #expect(loaded.configuration.workers == .fixed(3))
        #expect(loaded.file == "f.toml")
        #expect(loaded.origin(of: "backlog").description == "file f.toml:1")
        #expect(loaded.origin(of: "timeout").description == "environment FORKTAIL_TIMEOUT")
        #expect(loaded.origin(of: "workers").description == "flag --workers")
        #expect(loaded.origin(of: "pidfile").description == "default")
    }

    /// The text of each setting, given in the environment or by a flag, has the same effect.
    @Test(arguments: texts)
    func takesFlagsAndVariablesAlike(_ name: String, _ text: String) throws {
        let setting = try #require(
            SettingCatalogue(applications: applications).setting(named: name)
        )
        let isList = setting.form == .list
        let texts = isList ? text.split(separator: ",").map(String.init) : [text]
        let environment = try load(input(environment: [setting.variable: text]))
        let joined = try load(input(arguments: texts.map { "\(setting.flag)=\($0)" }))
        let separate = try load(input(arguments: texts.flatMap { [setting.flag, $0] }))
        #expect(environment.configuration == joined.configuration)
        #expect(environment.configuration == separate.configuration)
        #expect(environment.origin(of: name) == .environment(setting.variable))
        #expect(joined.origin(of: name) == .flag(setting.flag))
        let isDefault = name == "workers"
        #expect((joined.configuration == Configuration()) == isDefault)
    }

    private static let texts = [
        ("bind", ":1,unix:/x"), ("backlog", "5"), ("socket_mode", "0600"),
        ("socket_user", "www"), ("socket_group", "www"),
        ("certificate", "c:k,d:l"), ("client_certificates", "optional"), ("client_ca_file", "/a"),
        ("tls_min_version", "1.3"), ("tls_ciphers", "HIGH"), ("tls_ciphersuites", "S"),
        ("tls_groups", "X25519"), ("session_ticket_rotation", "1h"), ("limit_handshakes", "9"),
        ("redirect_to_https", ":8443"), ("acme_challenge_root", "/w"), ("hsts", "1y"),
        ("workers", "auto"), ("idle_time", "5s"), ("max_memory_total", "1GiB"),
        ("worker_class", "event"),
        ("threads", "4"), ("worker_connections", "99"),
        ("max_requests", "1000"), ("max_requests_jitter", "50"), ("max_lifetime", "1h"),
        ("max_memory", "64MiB"),
        ("timeout", "500ms"), ("boot_timeout", "7"), ("graceful_timeout", "0.5"),
        ("shutdown_delay", "5s"), ("header_timeout", "1s"), ("body_timeout", "1m"),
        ("write_timeout", "1h"), ("keepalive", "0"),
        ("limit_request_line", "4KiB"), ("limit_request_fields", "9"),
        ("limit_request_field_size", "999"), ("limit_request_body", "0"),
        ("request_buffer_size", "1MiB"), ("keepalive_requests", "0"),
        ("limit_request_rate", "1KiB"), ("request_id", "trust"),
        ("forwarded_allow_ips", "10.0.0.0/8,unix"),
        ("proxy_protocol", "auto"), ("proxy_allow_ips", "*"), ("header_map", "keep"),
        ("app", "echo"),
        ("chdir", "/"), ("env", "A=1,B=x=y,C="), ("files.root", "/srv"),
        ("files.index", "a.html,b.html"), ("files.error_pages", "404=/404.html,403=/no"),
        ("files.cache_control", "*.css=public,max-age=60,/a/*=no-cache"),
        ("files.precompressed", "br,gzip"), ("files.mime_types", "/m"),
        ("files.charset", "koi8-r"), ("files.symlinks", "never"), ("files.open_cache_age", "0"),
        ("files.open_cache_size", "9"), ("pidfile", "/p"),
        ("proc_name", "n"), ("control_socket", "/s"), ("status_bind", ":1"), ("user", "nobody"),
        ("group", "1"), ("umask", "027"), ("chroot", "/c"),
        ("limit_open_files", "99"), ("limit_core", "1MiB"), ("accesslog", "-"),
        ("access_log_format", "%(h)s"),
        ("access_log_fields", "time,status,header:x-tenant"), ("errorlog", "/e"),
        ("loglevel", "debug"), ("log_format", "json"),
        ("slow_request", "5s"), ("saturation_warning", "9s"),
    ]

    @Test func triesEverySettingThatTakesAText() {
        let catalogue = SettingCatalogue(applications: applications)
        // Those of the classes exec and wsgi are in ProgramTests and WSGIOptionsTests.
        let names = catalogue.settings
            .filter { $0.form != .toggle && $0.group != .exec && $0.group != .wsgi }.map(\.name)
        #expect(Self.texts.map(\.0) == names)
    }

    /// What one worker may occupy, all may.
    @Test func refusesATotalBelowTheLimitOfOneWorker() {
        let file = "workers = { min = 1, max = 4 }\nmax_memory = \"1GiB\"\n"
        let (lines, _) = failure(input(file: file + "max_memory_total = \"512MiB\""))
        let reason = "512MiB for all workers is less than max_memory, 1GiB for one"
        #expect(lines == ["f.toml:3:1: max_memory_total: \(reason)"])
    }

    @Test(arguments: [
        (["--preload-app"], true, "--preload-app"),
        (["--no-preload-app"], false, "--no-preload-app"),
        (["--preload-app", "--no-preload-app"], false, "--no-preload-app"),
        (["--no-preload-app", "--preload-app"], true, "--preload-app"),
    ])
    func takesSwitches(_ arguments: [String], _ value: Bool, _ flag: String) throws {
        let loaded = try load(input(file: "preload_app = true", arguments: arguments))
        #expect(loaded.configuration.preloadApp == value)
        #expect(loaded.origin(of: "preload_app") == .flag(flag))
    }

    @Test(arguments: [("true", true), ("1", true), ("false", false), ("0", false)])
    func takesSwitchesFromTheEnvironment(_ text: String, _ value: Bool) throws {
        let loaded = try load(input(environment: ["FORKTAIL_PRELOAD_APP": text]))
        #expect(loaded.configuration.preloadApp == value)
    }

    @Test(arguments: [
        ["-w", "4", "-b", ":1", "-b", ":2"], ["-w4", "-b:1", "-b:2"],
        ["--workers=9", "--workers=4", "-b:1", "--bind=:2"],
    ])
    func takesShortFlags(_ arguments: [String]) throws {
        let configuration = try load(input(arguments: arguments)).configuration
        #expect(configuration.workers == .fixed(4))
        #expect(configuration.bind.map(\.description) == ["0.0.0.0:1", "0.0.0.0:2"])
    }

    @Test(arguments: [
        ("2..16", WorkerCount.between(2, 16)), ("3..3", .between(3, 3)), ("auto", .auto),
        ("7", .fixed(7)),
    ])
    func takesBoundsOfTheWorkers(_ text: String, _ workers: WorkerCount) throws {
        #expect(try load(input(arguments: ["-w", text])).configuration.workers == workers)
        let variable = ["FORKTAIL_WORKERS": text]
        #expect(try load(input(environment: variable)).configuration.workers == workers)
    }

    @Test(arguments: ["2..", "..2", "2...3", "3..2", "2..1025", "0..3", "2.5", "..", "a..b"])
    func refusesOtherBounds(_ text: String) {
        #expect(throws: ConfigurationFailure.self) { try load(input(arguments: ["-w", text])) }
    }

    @Test(
        arguments: [
            (["-c", "f.toml"], [:]), (["-cf.toml"], [:]), (["--config", "f.toml"], [:]),
            (["--config=f.toml"], [:]), ([], ["FORKTAIL_CONFIG": "f.toml"]),
            (["-c", "f.toml"], ["FORKTAIL_CONFIG": "other.toml"]),
            (["-c", "other.toml", "-c", "f.toml"], [:]),
        ] as [([String], [String: String])]
    )
    func findsTheFile(_ arguments: [String], _ environment: [String: String]) throws {
        var input = input(file: "backlog = 77", environment: environment)
        input.arguments = arguments.map { SystemString($0) }
        let loaded = try load(input)
        #expect(loaded.file == "f.toml")
        #expect(loaded.configuration.backlog == 77)
    }

    @Test func takesAnEmptyFileVariableForNone() throws {
        #expect(try load(input(environment: ["FORKTAIL_CONFIG": ""])).file == nil)
    }

    @Test func namesAnUnreadableFile() {
        let (lines, status) = failure(input(arguments: ["-c", "x.toml", "-w", "0"]))
        #expect(lines.count == 2)
        #expect(lines.first == "x.toml: No such file or directory")
        #expect(lines.last?.hasPrefix("flag --workers: workers: 0 is out of range") == true)
        #expect(status == 78)
    }

    @Test func replacesDefaultsByPlatformVariables() throws {
        let environment = [
            "PORT": "5000", "WEB_CONCURRENCY": "3", "FORWARDED_ALLOW_IPS": "10.0.0.0/8,unix",
        ]
        let loaded = try load(input(environment: environment))
        #expect(loaded.configuration.bind.map(\.address) == [.tcp(host: "0.0.0.0", port: 5000)])
        #expect(loaded.configuration.workers == .fixed(3))
        let proxies = loaded.configuration.forwardedAllowIPs.map(\.description)
        #expect(proxies == ["10.0.0.0/8", "unix"])
        #expect(loaded.origin(of: "bind").description == "environment PORT")
        #expect(loaded.origin(of: "workers").description == "environment WEB_CONCURRENCY")
        let file = try load(input(file: "bind = \":1\"\nworkers = 2", environment: environment))
        #expect(file.configuration.bind.map(\.address) == [.tcp(host: "0.0.0.0", port: 1)])
        #expect(file.configuration.workers == .fixed(2))
        let empty = try load(input(environment: ["PORT": "", "WEB_CONCURRENCY": ""]))
        #expect(empty.configuration == Configuration())
    }

    @Test func refusesWrongPlatformVariablesOnlyWhereTheyCount() throws {
        let environment = ["PORT": "http", "WEB_CONCURRENCY": "many"]
        let (lines, status) = failure(input(environment: environment))
        #expect(lines.count == 2)
        #expect(
            lines.first?.hasPrefix("environment PORT: bind: `0.0.0.0:http` has no port") == true
        )
        #expect(
            lines.last?.hasPrefix("environment WEB_CONCURRENCY: workers: `many` is not") == true
        )
        #expect(status == 78)
        let loaded = try load(input(environment: environment, arguments: ["-w2", "-b:1"]))
        #expect(loaded.configuration.workers == .fixed(2))
    }

    @Test func replacesVariablesOfWeakerSources() throws {
        let file = "[env]\nA = \"1\""
        let loaded = try load(input(file: file, arguments: ["--env", "B=2", "--env", "C=3"]))
        #expect(loaded.configuration.env == ["B": "2", "C": "3"])
    }

    @Test(arguments: [
        ("worker = 1", "f.toml:1:1: unknown setting `worker`, did you mean `workers`?"),
        ("port = 8000", "f.toml:1:1: unknown setting `port`, did you mean `bind`?"),
        ("raw_env = []", "f.toml:1:1: unknown setting `raw_env`, did you mean `env`?"),
        (
            "wsgi_app = 1",
            "f.toml:1:1: unknown setting `wsgi_app`, did you mean `wsgi.application`?"
        ),
        ("\n\n  wrokers = 1", "f.toml:3:3: unknown setting `wrokers`, did you mean `workers`?"),
        ("max-requests = 1", "f.toml:1:1: unknown setting `max-requests`"),
        ("[server]\nx = 1", "f.toml:1:2: unknown setting `server`"),
        ("[files]\nrot = 1", "f.toml:2:1: unknown setting `files.rot`, did you mean `files.root`?"),
        ("files = 1", "f.toml:1:1: unknown setting `files`"),
        ("\"files.root\" = \"x\"", "f.toml:1:1: unknown setting `files.root`"),
        ("[workers]\nx = 1", "f.toml:1:1: workers: `x` is neither min nor max"),
        ("\"a\\nb\" = 1", "f.toml:1:1: unknown setting `a\\u{a}b`"),
        ("backlog = 1\nbacklog = 2", "f.toml:2:1: `backlog` already has a value, given on line 1"),
    ])
    func namesTheMistakeInAFile(_ file: String, _ line: String) {
        let (lines, status) = failure(input(file: file))
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(line) == true, "\(lines)")
        #expect(status == 78)
    }

    @Test(arguments: [
        (
            ["--wokers", "3"],
            [
                "unknown flag `--wokers`, did you mean `--workers`?"
            ]
        ),
        (["--workers"], ["the flag `--workers` needs a value"]),
        (["--workers", "--preload-app"], ["the flag `--workers` needs a value"]),
        (["-w", "-b", ":1"], ["the flag `-w` needs a value"]),
        (["-c"], ["the flag `-c` needs a value"]),
        (["--config"], ["the flag `--config` needs a value"]),
        (["--preload-app=yes"], ["the flag `--preload-app` takes no value"]),
        (["--check-config=1"], ["the flag `--check-config` takes no value"]),
        (["--no-workers"], ["unknown flag `--no-workers`, did you mean `--workers`?"]),
        (["-x"], ["unknown flag `-x`; `--help` lists the flags"]),
        (["-hx"], ["the flag `-h` takes no value"]),
        (
            ["-workers", "2"],
            [
                "unknown flag `-workers`, did you mean `--workers`?"
            ]
        ),
        (["-config"], ["unknown flag `-config`, did you mean `--config`?"]),
        (["--max_requests"], ["unknown flag `--max_requests`, did you mean `--max-requests`?"]),
        (["--xyzzy-plugh"], ["unknown flag `--xyzzy-plugh`; `--help` lists the flags"]),
        (
            ["--worker_class=sync"],
            ["unknown flag `--worker_class`, did you mean `--worker-class`?"]
        ),
        (
            ["--wokers=3", "x"],
            [
                "unknown flag `--wokers`, did you mean `--workers`?",
                "unexpected argument `x`; `--help` lists the flags",
            ]
        ),
        (["serve"], ["unexpected argument `serve`; `--help` lists the flags"]),
        (["-"], ["unexpected argument `-`; `--help` lists the flags"]),
        (["--"], ["no program follows `--`"]),
        ([""], ["unexpected argument ``; `--help` lists the flags"]),
    ])
    func explainsWrongUsage(_ arguments: [String], _ expected: [String]) {
        let (lines, status) = failure(input(arguments: arguments))
        #expect(lines == expected)
        #expect(status == 64)
    }

    @Test(arguments: [
        (["--errorlog", "-"], "-"), (["--errorlog=--x"], "--x"), (["--errorlog", "-9"], "-9"),
        (["--errorlog", "a=b"], "a=b"),
    ])
    func takesValuesThatLookLikeFlags(_ arguments: [String], _ path: String) throws {
        #expect(try load(input(arguments: arguments)).configuration.errorlog == path)
    }

    @Test(arguments: [
        ("FORKTAIL_WORKER", "unknown setting `FORKTAIL_WORKER`, did you mean `FORKTAIL_WORKERS`?"),
        ("FORKTAIL_CONFG", "unknown setting `FORKTAIL_CONFG`, did you mean `FORKTAIL_CONFIG`?"),
        ("FORKTAIL_FDS", "unknown setting `FORKTAIL_FDS`"),
        ("FORKTAIL_NOTHING_LIKE_IT", "unknown setting `FORKTAIL_NOTHING_LIKE_IT`"),
        ("FORKTAIL_", "unknown setting `FORKTAIL_`"),
    ])
    func refusesUnknownVariables(_ name: String, _ reason: String) {
        let (lines, status) = failure(input(environment: [name: "1"]))
        #expect(lines == ["environment \(name): \(reason)"])
        #expect(status == 78)
    }

    @Test func ignoresVariablesOfOthers() throws {
        let names = [
            "FORKTAIL_SEED", "FORKTAIL_FD", "FORKTAIL_PID", "FORKTAIL_PID_OLD", "PATH", "workers",
            "forktail_workers", "XFORKTAIL_A",
        ]
        let environment = Dictionary(uniqueKeysWithValues: names.map { ($0, "?") })
        #expect(try load(input(environment: environment)).configuration == Configuration())
    }

    @Test func listsAllMistakesOfAllSources() {
        let (lines, status) = failure(
            input(
                file: "worker = 1\nbacklog = 0\nbind = [\"x\", \":1\", \"y\"]\n[env]\nA = 1\nB = 2",
                environment: ["FORKTAIL_TIMEOUT": "soon", "FORKTAIL_LOGLEVL": "info"],
                arguments: ["--loglevel=loud", "--env", "A", "--env", "=1", "--wrong"]
            )
        )
        let starts = [
            "f.toml:1:1: unknown setting `worker`", "f.toml:2:11: backlog: 0 is out of range",
            "f.toml:3:9: bind: `x` has no port", "f.toml:3:20: bind: `y` has no port",
            "f.toml:5:5: env: `A` is a whole number", "f.toml:6:5: env: `B` is a whole number",
            "environment FORKTAIL_TIMEOUT: timeout: `soon` is not a duration",
            "environment FORKTAIL_LOGLEVL: unknown setting",
            "flag --loglevel: loglevel: `loud` is unknown", "flag --env: env: `A` has no `=`",
            "flag --env: env: `` can't name a variable", "unknown flag `--wrong`",
        ]
        #expect(lines.count == starts.count)
        for (line, start) in zip(lines, starts) {
            #expect(line.hasPrefix(start))
        }
        #expect(status == 64)
    }

    @Test func listsMistakesBesideASyntaxError() {
        let (lines, status) = failure(
            input(file: "backlog = \nworkers = 0", environment: ["FORKTAIL_BACKLOG": "x"])
        )
        #expect(lines.count == 3)
        #expect(lines.first == "f.toml:1:11: expected a value, but the line ends here")
        #expect(lines.dropFirst().first?.hasPrefix("f.toml:2:11: workers: 0 is out of") == true)
        #expect(lines.last?.hasPrefix("environment FORKTAIL_BACKLOG: backlog: `x` is not") == true)
        #expect(status == 78)
    }

    @Test func reportsAMistakeEvenWhereAStrongerSourceIsRight() {
        let (lines, _) = failure(input(file: "workers = 0", arguments: ["-w", "2"]))
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("f.toml:1:11: workers: 0 is out of range") == true)
    }

    @Test func leavesOutBuiltInApplicationsWhereThereAreNone() throws {
        let none = input(file: "app = \"hello\"\n[files]\nroot = \".\"", applications: [])
        let (lines, status) = failure(none)
        #expect(
            lines == ["f.toml:1:1: unknown setting `app`", "f.toml:2:2: unknown setting `files`"]
        )
        #expect(status == 78)
        #expect(try load(input(applications: [])).configuration == Configuration())
        #expect(try load(input(applications: ["mirror"])).configuration.app == "mirror")
    }
}
