import Testing

@testable import ForktailConfiguration

/// The program of the class exec: where it is given, what is filled in, what contradicts it.
@Suite struct ProgramTests {
    private static let file = """
        worker_class = "exec"
        env = { PORT = "{port}", TEXT = "{{}" }
        [exec]
        command = ["puma", "-e", "production", "", "-e"]
        stop_signal = "INT"
        quick_signal = "KILL"
        ready = { delay = "2s" }
        stdin = "listener"
        """

    @Test func readsTheTable() throws {
        let exec = try load(input(file: Self.file)).configuration.exec
        #expect(exec.command == ["puma", "-e", "production", "", "-e"])
        #expect(exec.stopSignal == .int)
        #expect(exec.quickSignal == .kill)
        #expect(exec.ready == .delay(.seconds(2)))
        #expect(exec.stdin == .listener)
    }

    @Test(arguments: [
        ("\"auto\"", ProgramReadiness.auto), ("\"listening\"", .listening),
        ("\"notify\"", .notify), ("\"fd\"", .fd),
        ("{ delay = 0.5 }", .delay(.milliseconds(500))),
    ])
    func readsReadiness(_ text: String, _ ready: ProgramReadiness) throws {
        let file = "worker_class = \"exec\"\n[exec]\ncommand = [\"a\"]\nready = \(text)"
        #expect(try load(input(file: file)).configuration.exec.ready == ready)
    }

    @Test(arguments: [["--exec-ready=delay=2s"], ["--exec-ready", "delay=2s"]])
    func readsADelayFromAFlag(_ flags: [String]) throws {
        let loaded = try load(input(arguments: flags + ["--", "a"]))
        #expect(loaded.configuration.exec.ready == .delay(.seconds(2)))
    }

    /// What stands behind `--` is the command, flags and all, and makes the class exec.
    @Test(arguments: [[], ["--worker-class", "exec"]])
    func takesTheCommandLine(_ flags: [String]) throws {
        let arguments = ["-w", "2"] + flags + ["--", "node", "-c", "server.js", "--", ""]
        let configuration = try load(input(arguments: arguments)).configuration
        #expect(configuration.workerClass == .exec)
        #expect(configuration.exec.command == ["node", "-c", "server.js", "--", ""])
    }

    @Test func showsTheCommand() throws {
        let text = try show(input(arguments: ["--print-config", "--", "a", "b c"]))
        #expect(text.contains("exec.command = [\"a\", \"b c\"]  # flag --\n"))
        #expect(text.contains("worker_class = \"exec\"  # flag --\n"))
    }

    @Test func takesAVariable() throws {
        let environment = [
            "FORKTAIL_WORKER_CLASS": "exec", "FORKTAIL_EXEC_COMMAND": "node,server.js",
        ]
        let exec = try load(input(environment: environment)).configuration.exec
        #expect(exec.command == ["node", "server.js"])
    }

    @Test(arguments: [
        (["--worker-class", "exec"], "class exec has no program: set exec.command"),
        (["--"], "no program follows `--`"),
        (["--", ""], "the program has no name"),
        (["--", "a", "{name}"], "`{name}` has a brace that begins none of {slot}, {port}, {fd}"),
        (["--", "a", "{port"], "`{port` has a brace"),
        (["--env", "A={}", "--", "a"], "`{}` has a brace"),
        (["--bind", "unix:/x", "--", "a", "{port}"], "{port} has no value"),
        (["--worker-class", "sync", "--", "a"], "exec.command: has no meaning with worker_class"),
        (["--exec-stdin", "listener"], "exec.stdin: has no meaning with worker_class = \"sync\""),
        (["--exec-stop-signal", "STOP", "--", "a"], "`STOP` is unknown"),
        (["--exec-ready", "soon", "--", "a"], "`soon` is unknown"),
        (["--exec-ready", "delay=soon", "--", "a"], "exec.ready: "),
    ])
    func refusesMistakes(_ arguments: [String], _ reason: String) {
        let (lines, _) = failure(input(arguments: arguments))
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.contains(reason) == true, "\(lines)")
    }

    @Test func refusesAnEmptyCommand() {
        let file = "worker_class = \"exec\"\n[exec]\ncommand = []"
        let (lines, _) = failure(input(file: file))
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("f.toml:3:1: class exec has no program: ") == true)
    }

    /// Settings that say how forktail's own workers serve mean nothing to a program.
    @Test(arguments: [
        ("--app", "echo"), ("--threads", "2"), ("--worker-connections", "9"),
        ("--keepalive", "1"), ("--keepalive-requests", "9"), ("--header-timeout", "1"),
        ("--body-timeout", "1"), ("--write-timeout", "1"), ("--max-requests", "9"),
        ("--limit-request-line", "999"), ("--proxy-protocol", "v1"), ("--accesslog", "-"),
        ("--files-root", "/srv"),
    ])
    func refusesWhatMeansNothing(_ flag: String, _ value: String) {
        let (lines, status) = failure(input(arguments: [flag, value, "--", "a"]))
        #expect(lines.count == 1, "\(lines)")
        #expect(
            lines.first?.hasSuffix("has no meaning with worker_class = \"exec\"; remove it") == true
        )
        #expect(status == 78)
    }

    @Test(arguments: [
        ("plain", "plain"), ("{slot}", "7"), ("a{fd}b{pid}", "a3b99"), ("{{slot}", "{slot}"),
        ("{{{port}}", "{8000}"), ("}", "}"), ("", ""),
    ])
    func fillsIn(_ text: String, _ filled: String) throws {
        let result = try ProgramText(text).filled { placeholder in
            switch placeholder {
            case .slot: "7"
            case .port: "8000"
            case .fd: "3"
            case .pid: "99"
            }
        }
        #expect(result == filled)
    }

    /// A brace is a character like any other where no program is run.
    @Test func leavesBracesAloneElsewhere() throws {
        let loaded = try load(input(arguments: ["--env", "A={\"b\":1}"]))
        #expect(loaded.configuration.env == ["A": "{\"b\":1}"])
    }
}
