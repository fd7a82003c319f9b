import ForktailValues
import Glibc
import Testing

extension ProcessTests.ExecTests {
    /// Programs that are wrong, or behave badly.
    @Suite struct ProgramFaultTests {
        /// All mistakes are told at once.
        @Test func refusesWhatHasNoMeaning() throws {
            let mistakes = """
                exec.stop_signal = "STOP"
                app = "echo"
                preload_app = true
                threads = 3
                keepalive = "3s"
                worker_connections = 77
                max_requests = 5
                header_timeout = "3s"
                limit_request_line = 500
                accesslog = "-"
                forwarded_allow_ips = ["10.0.0.1"]
                files.root = "/"
                """
            var setup = ServerSetup(
                executable: .forktail,
                settings: "worker_class = \"exec\"\n\(mistakes)"
            )
            setup.arguments = ["--check-config"]
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(78))
            for line in mistakes.split(separator: "\n") {
                let name = line.prefix { $0 != " " }
                #expect(run.errors.contains(name), "\(name) is not in:\n\(run.errors)")
            }
        }

        @Test(arguments: [
            ("worker_class = \"exec\"", "exec.command"),
            ("exec.command = [\"true\"]", "exec.command"),
            ("worker_class = \"exec\"\nexec.command = []", "exec.command"),
            ("worker_class = \"exec\"\nexec.command = \"true\"", "exec.command"),
            ("worker_class = \"exec\"\nexec.command = [\"true\", \"{nothing}\"]", "{nothing}"),
            ("worker_class = \"exec\"\nexec.command = [\"/etc/passwd\"]", "/etc/passwd"),
            ("worker_class = \"exec\"\nexec.command = [\"/etc\"]", "/etc"),
            ("worker_class = \"exec\"\nexec.command = [\"/nowhere\"]\nbacklog = 0", "/nowhere"),
            ("worker_class = \"exec\"\nexec.command = [\"no-such-program\"]", "no-such-program"),
            ("worker_class = \"exec\"\nexec.command = [\"true\"]\nexec.ready = \"soon\"", "soon"),
        ])
        func refusesMistakes(settings: String, words: String) throws {
            var setup = ServerSetup(executable: .forktail, settings: "# worker_class\n\(settings)")
            setup.arguments = ["--check-config"]
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(78), "\(run.errors)")
            #expect(run.errors.contains(words), "\(run.errors)")
        }

        /// The reason is in its output, and so it is in ours.
        @Test(arguments: [
            ["print-error", "no database", "exit", "3"], ["print", "no database", "exit", "0"],
            ["print-unfinished", "no database", "die", "11"],
        ])
        func givesUpWhenNoProgramStarts(steps: [String]) throws {
            var program = Program.probe()
            program = Program(name: "C", command: program.command + steps)
            let run = try OneShot(program.setup(workers: 2), in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            let records = run.errors.split(separator: "\n").map { LogRecord($0) }
            let exit = records.last { $0.event == .workerExited }
            #expect(exit?.text("output").contains("no database") == true, "\(run.errors)")
            #expect(records.contains { $0.event == .bootFailed })
        }

        @Test func rollsBackAndSaysWhy() throws {
            try Program.probe("serve").run(workers: 2) { server in
                server.expectErrors(.workerExited, .reloadFailed)
                let before = try server.waitForWorkers(2)
                let bad = Program.probe("print-error", "no database", "exit", "3")
                try server.reload(bad.setup(workers: 2).settings)
                let record = try server.waitForEvent(.reloadFailed)
                #expect(record.message.contains("no database"))
                try #expect(Set(server.waitForWorkers(2)) == Set(before))
                try #expect(server.status(of: "/") == 200)
            }
        }

        /// A program that was installed badly is found before anything is changed.
        @Test func refusesAReloadToAMissingProgram() throws {
            try Program.probe("serve").run(workers: 2) { server in
                server.expectErrors(.reloadMistake, .reloadFailed)
                let before = try server.waitForWorkers(2)
                var missing = Program.probe()
                missing = Program(name: "C", command: ["no-such-program"] + missing.command)
                try server.reload(missing.setup(workers: 2).settings)
                try server.waitForEvent(.reloadFailed, ["reason": Containing("no-such-program")])
                try #expect(Set(server.waitForWorkers(2)) == Set(before))
            }
        }

        /// Its child runs, and it is as silent as a program that waits.
        @Test func namesTheListenersThatAProgramDoesNotWaitAt() throws {
            let setup = Program.probe("idle").setup(workers: 1, "boot_timeout = \"500ms\"")
            let directory = try TemporaryDirectory()
            let run = try OneShot(setup, in: directory)
            #expect(run.ending == .exited(70))
            let form = /none of its listeners \(.*3.*127\.0\.0\.1:\d+\)/
            #expect(run.errors.firstMatch(of: form) != nil, "\(run.errors)")
        }

        /// A program that stops itself answers nothing, not even SIGTERM.
        @Test func endsAProgramThatStopsItself() throws {
            let settings = "boot_timeout = \"500ms\""
            let setup = Program.probe("stop", "serve").setup(workers: 1, settings)
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
        }

        @Test func stopsAProgramThatStandsStill() throws {
            try Program.probe("serve").run(workers: 2) { server in
                let worker = try server.waitForWorkers(2)[0]
                kill(worker, SIGSTOP)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd(within: .seconds(10)) == .exited(0))
            }
        }

        @Test(arguments: [SIGTERM, SIGHUP, SIGINT])
        func killsAProgramThatIgnoresStopSignals(signal: Int32) throws {
            let settings = "graceful_timeout = \"500ms\""
            try Program.probe("ignore-stop", "serve").run(workers: 2, settings) { server in
                server.expectErrors(.workerKilled, .workerExited)
                let before = try server.waitForWorkers(2)
                server.send(signal)
                try wait(until: "the end of the workers") {
                    !before.contains(where: ProcessTable.isAlive)
                }
                if signal == SIGHUP { try server.waitForWorkers(2) }
            }
        }

        /// What it writes to is its own affair.
        @Test func servesWithoutOutput() throws {
            try Program.probe("close-output", "serve").run(workers: 2) { server in
                for _ in 1...20 { try #expect(server.status(of: "/") == 200) }
                try server.waitForWorkers(2)
            }
        }
    }
}
