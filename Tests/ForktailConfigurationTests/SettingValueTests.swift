import Testing

@testable import ForktailConfiguration

/// What each setting accepts and refuses in a file.
@Suite struct SettingValueTests {
    struct Accepted: Sendable, CustomTestStringConvertible {
        let line: String
        let holds: @Sendable (Configuration) -> Bool

        init(_ line: String, _ holds: @escaping @Sendable (Configuration) -> Bool) {
            self.line = line
            self.holds = holds
        }

        var testDescription: String { line }
    }

    @Test(arguments: accepted) func accepts(_ accepted: Accepted) throws {
        let configuration = try load(input(file: accepted.line)).configuration
        #expect(accepted.holds(configuration), "\(configuration)")
    }

    @Test(arguments: refused) func refuses(_ line: String, _ place: String, _ reason: String) {
        let (lines, status) = failure(input(file: line))
        let setting = line.prefix { $0 != " " }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("f.toml:\(place): \(setting): ") == true, "\(lines)")
        #expect(lines.first?.contains(reason) == true, "\(lines)")
        #expect(lines.first?.contains(" (allowed: ") == true, "\(lines)")
        #expect(status == 78)
    }

    /// Each setting refuses at least the types that it can't have, and says what is allowed.
    @Test(arguments: SettingCatalogue(applications: applications).settings.map(\.name))
    func refusesWrongTypes(_ name: String) throws {
        let setting = try #require(
            SettingCatalogue(applications: applications).setting(named: name)
        )
        for value in ["1979-05-27", "[[]]", "[{}]", "nan"] {
            let (lines, status) = failure(input(file: "\(name) = \(value)"))
            #expect(lines.count == 1)
            #expect(lines.first?.hasSuffix("(allowed: \(setting.allowed))") == true, "\(lines)")
            #expect(status == 78)
        }
    }

    /// The value that a source writes for a default is read as that default by every source.
    @Test(arguments: SettingCatalogue(applications: applications).settings.map(\.name))
    func readsItsOwnDefault(_ name: String) throws {
        let setting = try #require(
            SettingCatalogue(applications: applications).setting(named: name)
        )
        let line = "\(name) = \(setting.format(Configuration()))"
        let loaded = try load(input(file: "\n" + line))
        #expect(loaded.configuration == Configuration())
        #expect(loaded.origin(of: name) == .file(path: "f.toml", line: 2))
    }
}

extension SettingValueTests {
    static let accepted: [Accepted] = [
        Accepted("bind = \"127.0.0.1:9000\"") {
            $0.bind.map(\.address) == [.tcp(host: "127.0.0.1", port: 9000)]
        },
        Accepted("bind = [\":80\", \"unix:/run/f.sock\"]") {
            $0.bind.map(\.address) == [.tcp(host: "0.0.0.0", port: 80), .unix(path: "/run/f.sock")]
        },
        Accepted("bind = \"http://:80\"") { $0.bind.map(\.isSecure) == [false] },
        Accepted("hsts = \"1y\"") { $0.hsts == .seconds(31_536_000) },
        Accepted("redirect_to_https = \":443\"") { $0.redirectToHTTPS == 443 },
        Accepted("limit_handshakes = 1") { $0.limitHandshakes == 1 },
        Accepted("session_ticket_rotation = \"1h\"") {
            $0.sessionTicketRotation == .seconds(3600)
        },
        Accepted("tls_min_version = \"1.3\"") { $0.tlsMinVersion == .tls13 },
        Accepted("tls_ciphers = \"\"") { $0.tlsCiphers == nil },
        Accepted("certificate = [{ certfile = \"c\", keyfile = \"k\" }]") {
            $0.certificates == [CertificateFiles(certfile: "c", keyfile: "k")]
        },
        Accepted("control_socket = \"auto\"") { $0.controlSocket == .automatic },
        Accepted("control_socket = \"\"") { $0.controlSocket == .none },
        Accepted("control_socket = \"/run/x.sock\"") {
            $0.controlSocket == .path("/run/x.sock")
        },
        Accepted("status_bind = \"\"") { $0.statusBind == nil },
        Accepted("status_bind = \":9090\"") {
            $0.statusBind == .tcp(host: "0.0.0.0", port: 9090)
        },
        Accepted("backlog = 1") { $0.backlog == 1 },
        Accepted("backlog = 65_535") { $0.backlog == 65_535 },
        Accepted("workers = 7") { $0.workers == .fixed(7) },
        Accepted("workers = 1024") { $0.workers == .fixed(1024) },
        Accepted("workers = \"auto\"") { $0.workers == .auto },
        Accepted("request_id = \"trust\"") { $0.requestID == .trust },
        Accepted("access_log_fields = [\"status\", \"header:X-Tenant\"]") {
            $0.accessLogFields == [.status, .header("x-tenant")]
        },
        Accepted("access_log_fields = \"response_header:etag\"") {
            $0.accessLogFields == [.responseHeader("etag")]
        },
        Accepted("workers = { min = 2, max = 16 }") { $0.workers == .between(2, 16) },
        Accepted("workers = { max = 3, min = 3 }") { $0.workers == .between(3, 3) },
        Accepted("idle_time = \"1m\"") { $0.idleTime == .seconds(60) },
        Accepted("max_memory_total = \"2GiB\"") { $0.maxMemoryTotal == 2 << 30 },
        Accepted("max_memory_total = 0") { $0.maxMemoryTotal == nil },
        Accepted("user = 1000") { $0.user == "1000" },
        Accepted("group = \"www\"") { $0.group == "www" },
        Accepted("worker_class = \"sync\"") { $0.workerClass == .sync },
        Accepted("timeout = 0") { $0.timeout == nil },
        Accepted("timeout = 0.0") { $0.timeout == nil },
        Accepted("timeout = \"0\"") { $0.timeout == nil },
        Accepted("timeout = 45") { $0.timeout == .seconds(45) },
        Accepted("timeout = 0.25") { $0.timeout == .milliseconds(250) },
        Accepted("timeout = \"500ms\"") { $0.timeout == .milliseconds(500) },
        Accepted("timeout = \"24h\"") { $0.timeout == .seconds(86_400) },
        Accepted("boot_timeout = \"5m\"") { $0.bootTimeout == .seconds(300) },
        Accepted("graceful_timeout = 0") { $0.gracefulTimeout == .zero },
        Accepted("graceful_timeout = \"1h\"") { $0.gracefulTimeout == .seconds(3600) },
        Accepted("header_timeout = \"1.5s\"") { $0.headerTimeout == .milliseconds(1500) },
        Accepted("header_timeout = 0.0019") { $0.headerTimeout == .milliseconds(2) },
        Accepted("body_timeout = \"1ms\"") { $0.bodyTimeout == .milliseconds(1) },
        Accepted("write_timeout = \"12\"") { $0.writeTimeout == .seconds(12) },
        Accepted("limit_request_line = 128") { $0.limitRequestLine == 128 },
        Accepted("limit_request_line = \"1MiB\"") { $0.limitRequestLine == 1 << 20 },
        Accepted("limit_request_fields = 32768") { $0.limitRequestFields == 32_768 },
        Accepted("limit_request_field_size = \"64KiB\"") { $0.limitRequestFieldSize == 65_536 },
        Accepted("limit_request_body = 0") { $0.limitRequestBody == .max },
        Accepted("limit_request_body = 1") { $0.limitRequestBody == 1 },
        Accepted("limit_request_body = \"10kB\"") { $0.limitRequestBody == 10_000 },
        Accepted("limit_request_body = \"3GiB\"") { $0.limitRequestBody == 3 << 30 },
        Accepted("limit_request_body = \"77B\"") { $0.limitRequestBody == 77 },
        Accepted("limit_request_rate = 0") { $0.limitRequestRate == nil },
        Accepted("limit_request_rate = 1") { $0.limitRequestRate == 1 },
        Accepted("limit_request_rate = \"1KiB\"") { $0.limitRequestRate == 1024 },
        Accepted("limit_request_rate = \"1GiB\"") { $0.limitRequestRate == 1 << 30 },
        Accepted("forwarded_allow_ips = []") { $0.forwardedAllowIPs.isEmpty },
        Accepted("forwarded_allow_ips = \"\"") { $0.forwardedAllowIPs.isEmpty },
        Accepted("forwarded_allow_ips = \"*\"") { $0.forwardedAllowIPs.map(\.peers) == [.all] },
        Accepted("forwarded_allow_ips = \"10.0.0.0/8, unix,::1\"") {
            $0.forwardedAllowIPs.map(\.description) == ["10.0.0.0/8", "unix", "::1"]
        },
        Accepted("forwarded_allow_ips = [\"10.0.0.0/8\", \"unix,::1\"]") {
            $0.forwardedAllowIPs.map(\.description) == ["10.0.0.0/8", "unix", "::1"]
        },
        Accepted("proxy_protocol = \"v1\"") { $0.proxyProtocol == .v1 },
        Accepted("proxy_protocol = \"v2\"") { $0.proxyProtocol == .v2 },
        Accepted("proxy_protocol = \"auto\"") { $0.proxyProtocol == .auto },
        Accepted("proxy_allow_ips = [\"fd00::/8\"]") {
            $0.proxyAllowIPs.map(\.description) == ["fd00::/8"]
        },
        Accepted("header_map = \"refuse\"") { $0.headerMap == .refuse },
        Accepted("header_map = \"keep\"") { $0.headerMap == .keep },
        Accepted("app = \"files\"") { $0.app == "files" },
        Accepted("[files]\nroot = \"/srv\"") { $0.filesRoot == "/srv" },
        Accepted("files.root = \"www\"") { $0.filesRoot == "www" },
        Accepted("files = { root = \"www\" }") { $0.filesRoot == "www" },
        Accepted("files.index = []") { $0.files.index.isEmpty },
        Accepted("files.index = \"a b\"") { $0.files.index == ["a b"] },
        Accepted("files.index = [\"a\", \"b,c\"]") { $0.files.index == ["a", "b,c"] },
        Accepted("files.listing = true") { $0.files.listing },
        Accepted("[files.error_pages]\n404 = \"/4.html\"") {
            $0.files.errorPages == [404: "/4.html"]
        },
        Accepted("files.cache_control = { \"*.js\" = \"a, b=1\", \"*\" = \"c\" }") {
            $0.files.cacheControl.map(\.value) == ["a, b=1", "c"]
                && $0.files.cacheControl.map(\.pattern.description) == ["*.js", "*"]
        },
        Accepted("files.precompressed = [\"gzip\", \"zstd\"]") {
            $0.files.precompressed == [.gzip, .zstd]
        },
        Accepted("files.mime_types = \"\"") { $0.files.mimeTypes == nil },
        Accepted("files.charset = \"\"") { $0.files.charset == nil },
        Accepted("files.symlinks = \"never\"") { $0.files.symlinks == .never },
        Accepted("files.dot_files = true") { $0.files.dotFiles },
        Accepted("files.open_cache_age = 0") { $0.files.openCacheAge == nil },
        Accepted("files.open_cache_age = \"100ms\"") {
            $0.files.openCacheAge == .milliseconds(100)
        },
        Accepted("files.open_cache_size = 1") { $0.files.openCacheSize == 1 },
        Accepted("preload_app = true") { $0.preloadApp },
        Accepted("debug = true") { $0.debug },
        Accepted("chdir = \"/srv\"") { $0.chdir == "/srv" },
        Accepted("chdir = \"\"") { $0.chdir == nil },
        Accepted("[env]\nA = \"1\"\n\"x.y\" = \"\"") { $0.env == ["A": "1", "x.y": ""] },
        Accepted("env.A = \"=\"") { $0.env == ["A": "="] },
        Accepted("pidfile = \"/run/f.pid\"") { $0.pidfile == "/run/f.pid" },
        Accepted("proc_name = \"shop\"") { $0.procName == "shop" },
        Accepted("accesslog = \"-\"") { $0.accesslog == "-" },
        Accepted("access_log_format = \"%(h)s %%\"") { $0.accessLogFormat == "%(h)s %%" },
        Accepted("errorlog = \"/var/log/f\"") { $0.errorlog == "/var/log/f" },
        Accepted("loglevel = \"critical\"") { $0.loglevel == .critical },
        Accepted("log_format = \"json\"") { $0.logFormat == .json },
    ]

    static let refused: [(String, String, String)] = [
        ("user = -1", "1:8", "-1 is out of range"),
        ("bind = 8000", "1:8", "a whole number is not accepted"),
        ("bind = []", "1:8", "no address is given"),
        ("bind = \"127.0.0.1\"", "1:8", "has no port"),
        ("bind = [\":80\",\n 81]", "2:2", "an address must be a text"),
        ("bind = [\":80\", \"*:80\"]", "1:16", "`0.0.0.0:80` is given twice"),
        ("backlog = 0", "1:11", "0 is out of range"),
        ("backlog = 65536", "1:11", "out of range"),
        ("backlog = \"9\"", "1:11", "a string is not accepted"),
        ("backlog = 9.0", "1:11", "a number with a fraction is not accepted"),
        ("workers = 0", "1:11", "0 is out of range"),
        ("workers = -1", "1:11", "-1 is out of range"),
        ("workers = 1025", "1:11", "out of range"),
        ("request_id = \"on\"", "1:14", "`on` is unknown"),
        ("access_log_fields = [\"status\", \"size\"]", "1:32", "`size` is no fact of a request"),
        ("access_log_fields = [\"header:\"]", "1:22", "is no fact of a request"),
        ("access_log_fields = [\"header:a b\"]", "1:22", "is no fact of a request"),
        ("access_log_fields = [\"pid\", \"pid\"]", "1:29", "is given twice"),
        ("workers = { min = 2 }", "1:11", "min or max is missing"),
        ("workers = { min = 3, max = 2 }", "1:11", "min, 3, is above max, 2"),
        ("workers = { min = 0, max = 2 }", "1:11", "0 is out of range"),
        ("workers = { min = 1, max = 1025 }", "1:11", "1025 is out of range"),
        ("workers = { min = 1, max = \"auto\" }", "1:11", "max is a string"),
        ("workers = { min = 1, max = 2, step = 1 }", "1:11", "`step` is neither min nor max"),
        ("workers = [1, 2]", "1:11", "an array is not accepted"),
        ("workers = \"Auto\"", "1:11", "`Auto` is not \"auto\""),
        ("worker_class = \"gevent\"", "1:16", "`gevent` is unknown"),
        ("timeout = -1", "1:11", "out of range"),
        ("timeout = 0.0001", "1:11", "out of range"),
        ("timeout = \"99ms\"", "1:11", "99ms is out of range"),
        ("timeout = \"25h\"", "1:11", "25h is out of range"),
        ("timeout = \"30 s\"", "1:11", "unknown unit"),
        ("timeout = \"30S\"", "1:11", "unknown unit"),
        ("timeout = \"s\"", "1:11", "`s` is not a duration"),
        ("timeout = \"\"", "1:11", "is not a duration"),
        ("timeout = \"1e5\"", "1:11", "unknown unit"),
        ("timeout = \"--5\"", "1:11", "is not a duration"),
        ("timeout = inf", "1:11", "out of range"),
        ("timeout = nan", "1:11", "out of range"),
        ("timeout = 9223372036854775807", "1:11", "out of range"),
        ("header_timeout = 0", "1:18", "0 is out of range"),
        ("boot_timeout = true", "1:16", "a boolean is not accepted"),
        ("limit_request_line = 127", "1:22", "127 is out of range"),
        ("limit_request_line = \"2MiB\"", "1:22", "out of range"),
        ("limit_request_line = \"1KB\"", "1:22", "unknown unit"),
        ("limit_request_line = \"1.5KiB\"", "1:22", "is not a size"),
        ("limit_request_line = \"KiB\"", "1:22", "is not a size"),
        ("limit_request_fields = 32769", "1:24", "out of range"),
        ("limit_request_body = -1", "1:22", "-1 is out of range"),
        ("limit_request_body = \"-1B\"", "1:22", "out of range"),
        ("limit_request_body = \"9999999999TiB\"", "1:22", "out of range"),
        ("limit_request_rate = -1", "1:22", "-1 is out of range"),
        ("limit_request_rate = \"2GiB\"", "1:22", "out of range"),
        ("limit_request_rate = 1.5", "1:22", "a number with a fraction is not accepted"),
        ("limit_request_rate = \"5b\"", "1:22", "unknown unit"),
        ("forwarded_allow_ips = true", "1:23", "a boolean is not accepted"),
        ("forwarded_allow_ips = \"unx\"", "1:23", "did you mean `unix`?"),
        ("forwarded_allow_ips = [\"::1\",\n \"x\"]", "2:2", "`x` is no address and no network"),
        ("forwarded_allow_ips = [\"::1\",\n 1]", "2:2", "an address must be a text"),
        ("forwarded_allow_ips = [\"::1\", \"::1\"]", "1:31", "`::1` is given twice"),
        ("forwarded_allow_ips = \"::1, 0:0::1\"", "1:23", "`0:0::1` is given twice"),
        ("forwarded_allow_ips = \"::1,\"", "1:23", "`` is no address and no network"),
        ("forwarded_allow_ips = \"10.0.0.1/8\"", "1:23", "address bits behind its prefix of 8"),
        ("proxy_protocol = \"v3\"", "1:18", "`v3` is unknown"),
        ("proxy_protocol = true", "1:18", "a boolean is not accepted"),
        ("proxy_protocol = \"atuo\"", "1:18", "did you mean `auto`?"),
        ("proxy_allow_ips = \"[::1]\"", "1:19", "`[::1]` must be without brackets"),
        ("proxy_allow_ips = \"::1/129\"", "1:19", "no prefix length from 0 to 128"),
        ("header_map = \"dangerous\"", "1:14", "`dangerous` is unknown"),
        ("header_map = \"refused\"", "1:14", "did you mean `refuse`?"),
        ("app = \"hallo\"", "1:7", "`hallo` is unknown, did you mean `hello`?"),
        ("files.root = \"\"", "1:14", "the text is empty"),
        ("files.index = [\"a\", \"b/c\"]", "1:21", "`b/c` can't name a file of a directory"),
        ("files.index = [\"a\", \"a\"]", "1:21", "`a` is given twice"),
        ("files.index = [\"\"]", "1:16", "`` can't name a file"),
        ("files.index = [1]", "1:16", "an element must be a text"),
        ("files.index = true", "1:15", "a boolean is not accepted"),
        ("bind = \"ftp://:80\"", "1:8", "has another scheme than http and https"),
        ("status_bind = \"https://:80\"", "1:15", "remove https://, and let a proxy speak TLS"),
        ("control_socket = \"none\"", "1:18", "write \"\" for none, or \"./none\""),
        ("pidfile = \"off\"", "1:11", "`off` would be a file of that name"),
        ("bind = [\":80\", \"https://:80\"]", "1:8", "with https:// and without"),
        ("certificate = [{ certfile = \"c\" }]", "1:16", "keyfile is missing"),
        ("certificate = [{ keyfile = \"k\" }]", "1:16", "certfile is missing"),
        ("certificate = [{ certfil = \"c\" }]", "1:18", "did you mean `certfile`?"),
        ("certificate = [{ certfile = 1 }]", "1:29", "certfile has to be a path"),
        ("certificate = \"c:k\"", "1:15", "a string is not accepted"),
        ("redirect_to_https = \"443\"", "1:21", "is no port such as"),
        ("redirect_to_https = \":0\"", "1:21", "is no port such as"),
        ("tls_min_version = \"1.1\"", "1:19", "`1.1` is unknown"),
        ("session_ticket_rotation = 0", "1:27", "0 is out of range"),
        ("files.error_pages = { 500 = \"/5\" }", "1:29", "`500` is no status of serving files"),
        ("files.error_pages = { 0404 = \"/4\" }", "1:30", "`0404` is no status"),
        ("files.error_pages = { 404 = \"4.html\" }", "1:29", "`4.html` is no path"),
        ("files.error_pages = { 404 = 4 }", "1:29", "`404` is a whole number"),
        ("files.cache_control = { \"css\" = \"a\" }", "1:33", "`css=a` is no rule"),
        ("files.cache_control = { \"*\" = \"\" }", "1:31", "`*=` is no rule"),
        ("files.cache_control = { \"*\" = \"a\\n\" }", "1:31", "is no rule"),
        ("files.cache_control = \"*=a\"", "1:23", "a string is not accepted"),
        ("files.precompressed = [\"gz\"]", "1:24", "`gz` is unknown"),
        ("files.precompressed = [\"br\", \"br\"]", "1:30", "`br` is given twice"),
        ("files.charset = \"a b\"", "1:17", "`a b` can't name a charset"),
        ("files.symlinks = \"all\"", "1:18", "`all` is unknown"),
        ("files.open_cache_age = \"99ms\"", "1:24", "99ms is out of range"),
        ("files.open_cache_size = 0", "1:25", "0 is out of range"),
        ("preload_app = \"true\"", "1:15", "a string is not accepted"),
        ("preload_app = 1", "1:15", "a whole number is not accepted"),
        ("chdir = \"a\\u0000b\"", "1:9", "contains the character NUL"),
        ("env = \"A=1\"", "1:7", "a string is not accepted"),
        ("env = { A = 1 }", "1:13", "`A` is a whole number"),
        ("env = { \"\" = \"x\" }", "1:14", "can't name a variable"),
        ("env = { \"A=B\" = \"x\" }", "1:17", "can't name a variable"),
        ("env = { A = \"\\u0000\" }", "1:13", "NUL"),
        ("env = { \"\\u0000\" = \"x\" }", "1:20", "NUL"),
        ("pidfile = 1", "1:11", "a whole number is not accepted"),
        ("proc_name = \"\"", "1:13", "can't name a process"),
        ("proc_name = \"a\\nb\"", "1:13", "`a\\u{a}b` can't name a process"),
        ("access_log_format = \"%(x)s\"", "1:21", "unknown atom `%(x)s` at character 1"),
        ("errorlog = \"\"", "1:12", "the text is empty"),
        ("loglevel = \"warn\"", "1:12", "`warn` is unknown"),
        ("loglevel = \"debgu\"", "1:12", "did you mean `debug`?"),
        ("log_format = \"JSON\"", "1:14", "did you mean `json`?"),
    ]
}
