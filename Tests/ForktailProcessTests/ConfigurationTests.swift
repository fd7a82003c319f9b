import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct ConfigurationTests {
        @Test(arguments: ["--nope", "--workers", "surplus", "--check-config=yes"])
        func refusesWrongUsage(argument: String) throws {
            let run = try OneShot([argument], in: TemporaryDirectory())
            #expect(run.ending == .exited(64))
            #expect(run.errors.hasPrefix("forktail: "))
            #expect(run.errors.contains(argument.prefix { $0 != "=" }))
            #expect(run.output == "")
        }

        /// Scenario 5: all mistakes at once, each with its place.
        @Test(arguments: [[], ["--check-config"], ["--print-config"]])
        func listsEveryMistake(arguments: [String]) throws {
            let directory = try TemporaryDirectory()
            try directory.write(
                "bind = 3\nworkres = 2\nworkers = \"x\"\ntimeout = \"soon\"\n",
                to: "wrong.toml"
            )
            let run = try OneShot(["-c", "wrong.toml"] + arguments, in: directory)
            #expect(run.ending == .exited(78))
            let lines = run.errors.split(separator: "\n")
            #expect(lines.count == 4)
            #expect(lines[0].hasPrefix("forktail: wrong.toml:1:8: bind"))
            #expect(
                lines[1].contains(
                    "wrong.toml:2:1: unknown setting `workres`, did you mean `workers`?"
                )
            )
            #expect(lines[2].hasPrefix("forktail: wrong.toml:3:11: workers"))
            #expect(lines[3].hasPrefix("forktail: wrong.toml:4:11: timeout"))
        }

        /// What the settings name has to be there.
        @Test func checksWhatTheSettingsName() throws {
            let directory = try TemporaryDirectory()
            try directory.write(
                """
                app = "files"
                bind = "unix:/nonexistent/s"
                user = "no-such-user"
                chdir = "/nonexistent/work"
                pidfile = "/nonexistent/run/pid"
                errorlog = "/nonexistent/log/error"
                accesslog = "/nonexistent/log/access"
                files.root = "/nonexistent/site"
                """,
                to: "f.toml"
            )
            let run = try OneShot(["-c", "f.toml", "--check-config"], in: directory)
            #expect(run.ending == .exited(78))
            #expect(run.output == "")
            let lines = run.errors.split(separator: "\n")
            for part in [
                "no-such-user", "bind /nonexistent/s: ", "chdir /nonexistent/work: ",
                "pidfile /nonexistent/run/pid: ", "errorlog /nonexistent/log/error: ",
                "accesslog /nonexistent/log/access: ", "files.root /nonexistent/site: ",
            ] {
                #expect(lines.count { $0.contains(part) } == 1, "\(part) in \(run.errors)")
            }
            #expect(lines.count == 7)
        }

        /// A setting that does nothing is a misunderstanding.
        @Test func warnsOfSettingsWithoutEffect() throws {
            let directory = try TemporaryDirectory()
            try directory.write(
                """
                threads = 4
                keepalive = 5
                keepalive_requests = 9
                worker_connections = 10
                max_memory_total = "1GiB"
                max_requests_jitter = 3
                proxy_allow_ips = ["10.0.0.0/8"]
                bind = "127.0.0.1:0"
                hsts = "1y"
                client_certificates = "optional"
                self_signed = true
                https_redirect = true
                acme_challenge_root = "."
                """,
                to: "f.toml"
            )
            let run = try OneShot(["-c", "f.toml", "--check-config"], in: directory)
            #expect(run.ending == .exited(0))
            #expect(run.output == "configuration OK\n")
            let lines = run.errors.split(separator: "\n")
            #expect(lines.count == 11)
            #expect(lines.allSatisfy { $0.hasPrefix("forktail: warning: ") })
            #expect(lines.allSatisfy { $0.contains(" has no effect with") })
            let used = [
                "--worker-class=event", "--max-requests=9", "--proxy-protocol=auto",
                "--bind=https://127.0.0.1:0", "--client-certificates=off", "--workers=1..2",
            ]
            let other = try OneShot(
                ["-c", "f.toml", "--check-config"] + used,
                environment: ["HOME": directory.path],
                in: directory
            )
            #expect(other.errors == "")
        }

        @Test(arguments: ["missing.toml", "/"])
        func namesAFileThatCannotBeRead(path: String) throws {
            let run = try OneShot(["-c", path], in: TemporaryDirectory())
            #expect(run.ending == .exited(78))
            #expect(run.errors.hasPrefix("forktail: \(path): "))
        }

        /// A reload does not wait for a pipe, and an upgrade needs a file that can be read again.
        @Test func refusesAReloadFromAPipe() throws {
            try Server.run { server in
                server.expectErrors(.reloadFailed, .reloadMistake, .upgradeFailed)
                unlink(server.directory.path(of: "forktail.toml"))
                mkfifo(server.directory.path(of: "forktail.toml"), 0o600)
                server.send(SIGHUP)
                try server.waitForEvent(.reloadMistake, ["problem": Containing("forktail.toml: ")])
                try server.waitForEvent(.reloadFailed)
                server.send(SIGUSR2)
                try server.waitForEvent(
                    .upgradeFailed,
                    ["reason": Containing("forktail.toml is not a regular file")]
                )
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// A shell's `<(…)`, which can be read once.
        @Test func startsFromAPipe() throws {
            let shell = "exec \"$0\" -c <(cat forktail.toml)"
            try Server.run(ServerSetup(wrapper: ["/bin/bash", "-c", shell])) { server in
                server.expectErrors(.reloadFailed, .reloadMistake)
                server.send(SIGHUP)
                try server.waitForEvent(.reloadFailed)
                try server.waitForWorkers(2)
            }
        }

        @Test func namesAnAddressInUseAndLeavesNothing() throws {
            try Server.run { server in
                guard let port = server.address.port else { return }
                let directory = try TemporaryDirectory()
                let setup = ServerSetup(
                    settings: "pidfile = \"left.pid\"",
                    bind: ["unix:left.sock", "127.0.0.1:\(port)"]
                )
                let run = try OneShot(setup, in: directory)
                #expect(run.ending == .exited(69))
                #expect(run.errors.contains("bind 127.0.0.1:\(port): Address already in use"))
                #expect(!directory.contains("left.pid"))
                #expect(!directory.contains("left.sock"))
                #expect(ProcessTable.processes(workingIn: directory.path) == [])
            }
        }

        @Test func namesAPortThatNeedsPrivileges() throws {
            let directory = try TemporaryDirectory()
            let limit = ProcessTable.text(of: "/proc/sys/net/ipv4/ip_unprivileged_port_start")
            var setup = ServerSetup(bind: ["127.0.0.1:80"], arguments: ["--check-config"])
            if geteuid() == 0 {
                setup.wrapper = [
                    "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                ]
            }
            let isRunnable = try OneShot(setup, in: directory).ending == .exited(0)
            guard isRunnable, limit == "1024\n" else {
                return print("skipped: ports below 1024 are free here, or no other user can run us")
            }
            setup.arguments = []
            let run = try OneShot(setup, in: directory)
            #expect(run.ending == .exited(69))
            #expect(run.errors.contains("bind 127.0.0.1:80: Permission denied (a port below 1024"))
        }

        /// A flag prevails over the environment, that over the file, that over the default.
        @Test func showsWhereEachSettingComesFrom() throws {
            let directory = try TemporaryDirectory()
            try directory.write("workers = 3\nbacklog = 17\ntimeout = 9\n", to: "some.toml")
            let run = try OneShot(
                ["-c", "some.toml", "--print-config", "--workers", "5"],
                environment: ["FORKTAIL_WORKERS": "4", "FORKTAIL_BACKLOG": "18", "PORT": "8765"],
                in: directory
            )
            #expect(run.ending == .exited(0))
            let lines = run.output.split(separator: "\n")
            for (setting, origin) in [
                ("workers = 5", "flag"), ("backlog = 18", "FORKTAIL_BACKLOG"),
                ("timeout = \"9s\"", "some.toml"), ("loglevel = \"info\"", "default"),
                ("bind = \"0.0.0.0:8765\"", "PORT"),
            ] {
                let line = lines.first { $0.hasPrefix(setting) }
                #expect(line?.contains(origin) == true, "\(setting): \(line ?? "missing")")
            }
        }

        /// What is printed is a file that means the same.
        @Test func readsWhatItPrints() throws {
            let directory = try TemporaryDirectory()
            let first = try OneShot(["--print-config", "--workers", "7"], in: directory)
            try directory.write(first.output, to: "printed.toml")
            let second = try OneShot(["--print-config", "-c", "printed.toml"], in: directory)
            func values(_ text: String) -> [Substring] {
                text.split(separator: "\n").compactMap { $0.split(separator: "  #").first }
            }
            #expect(values(first.output) == values(second.output))
            #expect(values(first.output).contains("workers = 7"))
        }

        @Test func takesItsSettingsFromFlagsAlone() throws {
            let setup = ServerSetup(
                executable: .forktail,
                workers: 2,
                arguments: ["--workers", "3", "--proc-name", "flagged"],
                ready: 3
            )
            try Server.run(setup) { server in
                try server.waitForWorkers(3)
                #expect(ProcessTable.title(of: server.arbiter) == "flagged: arbiter")
            }
        }

        /// A program shows its own version, if it has one, together with forktail's.
        @Test func showsTheVersionOfTheProgram() throws {
            func version(of executable: Executable) throws -> String {
                try OneShot(["--version"], executable: executable, in: TemporaryDirectory()).output
            }
            let own = try version(of: .forktail)
            let library = "(\(own.dropLast()))\n"
            try #expect(version(of: .linkShortener) == "LinkShortener 1.0.0 \(library)")
            try #expect(version(of: .helloApp) == "hello-app \(library)")
        }

        @Test(arguments: ["help", "app:app"])
        func pointsToTheHelp(argument: String) throws {
            let run = try OneShot([argument], in: TemporaryDirectory())
            #expect(run.ending == .exited(64))
            #expect(
                run.errors
                    == "forktail: unexpected argument `\(argument)`; `--help` lists the flags\n"
            )
        }

        @Test(arguments: [
            (["--check-config"], "configuration OK\n"), (["--version"], "forktail 0."),
            (["--help"], "Usage: forktail"), (["-h"], "Usage: forktail"),
        ])
        func saysWhatItIsAskedFor(arguments: [String], beginning: String) throws {
            let run = try OneShot(arguments, in: TemporaryDirectory())
            #expect(run.ending == .exited(0))
            #expect(run.output.hasPrefix(beginning))
            #expect(run.errors == "")
        }
    }
}
