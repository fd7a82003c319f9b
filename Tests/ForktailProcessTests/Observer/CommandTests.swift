import ForktailValues
import Foundation
import Glibc
import Testing

extension ProcessTests {
    /// Each command has taken effect when it returns; a dead observer changes nothing.
    @Suite struct CommandTests {
        /// A command, and what holds after it.
        enum Step: String, CaseIterable {
            case scale, reload, restart, level
        }

        private static func give(_ step: Step, _ control: Control) throws {
            let server = control.server
            switch step {
            case .scale:
                let run = try control.run("scale", "4")
                #expect(run.ending == .exited(0), "\(run.errors)")
                #expect(run.output == "4 workers\n")
                #expect(server.workers.count == 4)
                #expect(server.count(.workersChanged, ["to": 4]) == 1)
                try #expect(control.run("scale", "2").ending == .exited(0))
                #expect(server.workers.count == 2)
            case .reload:
                let before = Set(server.workers)
                let run = try control.run("reload")
                #expect(run.ending == .exited(0), "\(run.errors)")
                #expect(run.output.hasSuffix("is in force\n"))
                #expect(server.count(.reloadCompleted) == 1)
                #expect(before.isDisjoint(with: server.workers))
            case .restart:
                let before = try #require(try Self.worker(of: 1, control))
                let run = try control.run("restart-worker", "1")
                #expect(run.ending == .exited(0), "\(run.errors)")
                let after = try #require(try Self.worker(of: 1, control))
                #expect(before != after)
                #expect(run.output == "worker 1 is pid \(after)\n")
                #expect(!server.workers.contains(pid_t(before)))
            case .level:
                try #expect(control.run("loglevel", "debug").output == "loglevel debug\n")
                #expect(try control.status()["loglevel"] as? String == "debug")
                try #expect(control.run("loglevel", "settings").ending == .exited(0))
            }
        }

        private static func worker(of slot: Int, _ control: Control) throws -> Int? {
            try control.slots().first {
                $0["slot"] as? Int == slot && $0["state"] as? String != "leaving"
            }?["pid"]
                as? Int
        }

        @Test(arguments: Step.allCases)
        func takesEffect(step: Step) throws {
            try Server.control { try Self.give(step, $0) }
        }

        @Test(arguments: Step.allCases)
        func takesEffectOnPrograms(step: Step) throws {
            try Server.control(Self.programs) { try Self.give(step, $0) }
        }

        /// Programs that accept on descriptor 3.
        private static var programs: ServerSetup {
            var setup = ServerSetup(executable: .forktail, workers: 2)
            let code =
                "import socket\\ns = socket.socket(fileno=3)\\nwhile True:\\n c, _ = s.accept()\\n "
                + "c.recv(999)\\n c.sendall(b'HTTP/1.0 200 OK\\\\r\\\\n\\\\r\\\\n')\\n c.close()"
            setup.settings = """
                \(Control.settings)
                worker_class = "exec"
                exec.command = ["python3", "-c", "\(code)"]
                """
            return setup
        }

        /// The observer is killed again and again while the commands run.
        @Test(arguments: Step.allCases)
        func takesEffectWhileTheObserverIsKilled(step: Step) throws {
            try Server.control { control in
                let server = control.server
                try Self.killingObservers(of: server) {
                    switch step {
                    case .scale:
                        try #expect(control.run("scale", "4").ending == .exited(0))
                        #expect(server.count(.workersChanged, ["to": 4]) == 1)
                        #expect(server.workers.count { !Self.isObserver($0) } == 4)
                    case .reload:
                        try #expect(control.run("reload").ending == .exited(0))
                        #expect(server.count(.reloadCompleted) == 1)
                    case .restart:
                        try #expect(control.run("restart-worker", "0").ending == .exited(0))
                        #expect(server.count(.workerRecycled, ["slot": 0]) == 1)
                    case .level:
                        try #expect(control.run("loglevel", "debug").ending == .exited(0))
                    }
                    try #expect(server.status(of: "/pid") == 200)
                }
            }
        }

        @Test func upgradesWhileTheObserverIsKilled() throws {
            try Server.control { control in
                let server = control.server
                try Self.killingObservers(of: server) {
                    let run = try control.run("upgrade")
                    #expect(run.ending == .exited(0), "\(run.errors)")
                }
                server.successor = server.newArbiter
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        @Test func stopsWhileTheObserverIsKilled() throws {
            try Server.control { control in
                try Self.killingObservers(of: control.server) {
                    let run = try control.run("stop")
                    #expect(run.ending == .exited(0), "\(run.errors)")
                }
                try #expect(control.server.process.waitForEnd() == .exited(0))
            }
        }

        /// Kills the observer again and again while a function runs.
        private static func killingObservers(of server: Server, _ body: () throws -> Void) throws {
            let threads = Threads()
            let arbiter = server.arbiter
            threads.start { isStopping in
                var life = 60.0
                while !isStopping() {
                    for child in ProcessTable.children(of: arbiter) where isObserver(child.process)
                    {
                        kill(child.process, SIGKILL)
                        // On a busy machine one that has no more time may never answer.
                        life = min(2 * life, 2000)
                    }
                    pause(milliseconds: life)
                }
            }
            defer { threads.stop() }
            try body()
        }

        private static func isObserver(_ process: pid_t) -> Bool {
            ProcessTable.title(of: process).hasSuffix(": observer")
        }

        @Test func reportsTheMistakesOfAReload() throws {
            try Server.control { control in
                let server = control.server
                server.expectErrors(.reloadFailed, .reloadMistake)
                let text = server.directory.text(of: "forktail.toml")
                try server.directory.write(text + "workres = 3\n", to: "forktail.toml")
                let run = try control.run("reload")
                #expect(run.ending == .exited(78))
                #expect(run.errors.contains("unknown setting `workres`, did you mean `workers`?"))
                let json = try Control.object(control.run("reload", "--json").output)
                #expect(json["ok"] as? Bool == false)
                let last = try #require(control.status()["last_reload"] as? [String: Any])
                #expect(last["ok"] as? Bool == false)
                try server.directory.write(text, to: "forktail.toml")
                try #expect(control.run("reload").ending == .exited(0))
                try #expect(control.metric("forktail_reloads_total{result=\"ok\"}") == 1)
                try #expect(control.metric("forktail_reloads_total{result=\"failed\"}") == 2)
            }
        }

        /// What a broken file is answered with says nothing about the reload that rolls.
        @Test func answersEachReloadForItself() throws {
            try Server.control { control in
                let server = control.server
                server.expectErrors(.reloadFailed, .reloadMistake)
                let text = server.directory.text(of: "forktail.toml")
                try server.directory.write(
                    text + "env = { BOOT_WAIT_FOR = \"go\" }\n",
                    to: "forktail.toml"
                )
                var command = server.setup.command(in: server.directory)
                command.words = [server.setup.executable.path, "reload", "-c", "forktail.toml"]
                command.output = server.directory.path(of: "reload.out")
                command.errors = server.directory.path(of: "reload.err")
                let first = try ChildProcess(command)
                defer { first.send(SIGKILL) }
                try server.waitForEvent(.reloadStarted, ["generation": 2])
                try server.directory.write(text + "workres = 3\n", to: "forktail.toml")
                let second = try control.run("reload")
                #expect(second.ending == .exited(78), "\(second.output) \(second.errors)")
                #expect(first.poll() == nil)
                let last = try #require(control.status()["last_reload"] as? [String: Any])
                #expect(last["ok"] as? Bool == false)
                try server.directory.write("", to: "go")
                try #expect(first.waitForEnd() == .exited(0))
                #expect(server.directory.text(of: "reload.out") == "generation 2 is in force\n")
            }
        }

        @Test func reportsThatNewWorkersCannotBoot() throws {
            try Server.control { control in try Self.failToReload(control) }
        }

        /// Reloads with settings that new workers can't boot with, and puts the old ones back.
        private static func failToReload(_ control: Control) throws {
            let server = control.server
            server.expectErrors(.reloadFailed, .workerBootFailed, .workerExited)
            let text = server.directory.text(of: "forktail.toml")
            try server.directory.write(
                text + "env = { BOOT_FAIL = \"no luck\" }\n",
                to: "forktail.toml"
            )
            let run = try control.run("reload")
            #expect(run.ending == .exited(70), "\(run.output) \(run.errors)")
            #expect(run.errors.contains("no luck"))
            try server.directory.write(text, to: "forktail.toml")
        }

        /// The failures of a reload say nothing about the commands after it.
        @Test func obeysAfterAReloadThatFailed() throws {
            try Server.control { control in
                let server = control.server
                try Self.failToReload(control)
                for words in [["scale", "3"], ["restart-worker", "0"], ["upgrade"]] {
                    let run = try control.run(words)
                    #expect(run.ending == .exited(0), "\(words): \(run.errors)")
                }
                server.successor = server.newArbiter
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        @Test func saysWhatIsTooMuch() throws {
            var setup = Control.setup(workers: 1)
            setup.arguments = ["--workers", "1..3"]
            try Server.control(setup) { control in
                let scale = try control.run("scale", "9")
                #expect(scale.ending == .exited(75))
                #expect(
                    scale.errors.contains("workers allows 3 at most; raise its max, and reload")
                )
                let restart = try control.run("restart-worker", "7")
                #expect(restart.ending == .exited(75))
                #expect(restart.errors.contains("no such slot: the only one is 0"))
            }
        }

        @Test func saysThatScalingFails() throws {
            try Server.control(Control.setup("env = { BOOT_FAIL_IF = \"no-more\" }")) { control in
                let server = control.server
                server.expectErrors(.workerBootFailed)
                try server.directory.write("", to: "no-more")
                let run = try control.run("scale", "3")
                #expect(run.ending == .exited(70))
                #expect(run.errors.contains("new workers can't boot: told not to boot by no-more"))
                let back = try control.run("scale", "2")
                #expect(back.ending == .exited(0), "\(back.errors)")
            }
        }

        @Test func upgrades() throws {
            try Server.control { control in
                let server = control.server
                let old = server.arbiter
                let run = try control.run("upgrade")
                #expect(run.ending == .exited(0), "\(run.errors)")
                server.successor = server.newArbiter
                #expect(!ProcessTable.isAlive(old) || server.process.poll() != nil)
                let status = try control.status()
                #expect(status["pid"] as? Int == server.newArbiter.map(Int.init))
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// The new arbiter continues the counters, and so does the one after it.
        @Test func upgradesWithoutACounterThatGoesBack() throws {
            try Server.control { control in
                let server = control.server
                let answers = "forktail_requests_total{class=\"2xx\"}"
                for number in 1...2 {
                    for _ in 1...3 { try #expect(server.status(of: "/pid") == 200) }
                    try wait(until: "the answers are counted") {
                        try control.metric(answers) >= Double(3 * number)
                    }
                    let before = try control.metric(answers)
                    let run = try control.run("upgrade")
                    #expect(run.ending == .exited(0), "\(run.errors)")
                    server.successor = server.newArbiter
                    try #expect(control.metric(answers) >= before)
                    try #expect(
                        control.metric("forktail_worker_spawns_total") == Double(2 + 2 * number)
                    )
                    try wait(until: "the ends of the old workers") {
                        try control.metric("forktail_worker_exits_total{reason=\"stop\"}")
                            == Double(2 * number)
                    }
                }
            }
        }

        /// What the new arbiter's workers have answered is counted by the old one then.
        @Test func takesBackCountersWithAnUpgrade() throws {
            try Server.control { control in
                let server = control.server
                let new = try server.upgrade()
                server.send(SIGWINCH)
                try server.waitForWorkers(0)
                for _ in 1...3 { try #expect(server.status(of: "/pid") == 200) }
                server.send(SIGHUP)
                try server.waitForWorkers(2)
                kill(new, SIGQUIT)
                try server.waitForEvent(.upgradeEnded, ["arbiter_pid": new])
                try wait(until: "the counters of both") {
                    try control.metric("forktail_requests_total{class=\"2xx\"}") == 3
                        && control.metric("forktail_worker_spawns_total") == 6
                }
            }
        }

        /// A command would reach only the old arbiter; what is there to do is in its answer.
        @Test func refusesCommandsWhileTwoArbitersServe() throws {
            try Server.control { control in
                let server = control.server
                let old = server.arbiter
                let new = try server.upgrade()
                for words in [["reload"], ["scale", "3"], ["stop"], ["upgrade"]] {
                    let run = try control.run(words)
                    #expect(run.ending == .exited(75), "\(words): \(run.output)")
                    #expect(run.errors.contains("kill -TERM \(old) completes the upgrade"))
                    #expect(run.errors.contains("kill -QUIT \(new) takes it back"))
                }
                try #expect(control.run("status").ending == .exited(0))
                #expect(server.count(.commandRefused, ["reason": "upgraded"]) == 4)
                kill(new, SIGQUIT)
                try server.waitForEvent(.upgradeEnded, ["arbiter_pid": new])
                try #expect(control.run("reload").ending == .exited(0))
            }
        }

        /// A reload of the new arbiter leaves the socket to the old one until that has gone.
        @Test func reloadsBothArbitersOfAnUpgrade() throws {
            try Server.control { control in
                let server = control.server
                let new = try server.upgrade()
                kill(new, SIGHUP)
                try server.waitForEvent(.reloadCompleted, ["pid": Int(new)])
                try server.handOver(to: new)
                let status = try control.run("status")
                #expect(status.ending == .exited(0), "\(status.errors)")
                try #expect(control.status()["pid"] as? Int == Int(new))
                #expect(server.count(.settingWarning) == 0)
            }
        }

        @Test func takesBackAnUpgradeThatFails() throws {
            try Server.control { control in
                let server = control.server
                server.expectErrors(.upgradeFailed, .upgradeMistake)
                let text = server.directory.text(of: "forktail.toml")
                try server.directory.write(text + "workres = 3\n", to: "forktail.toml")
                let run = try control.run("upgrade")
                #expect(run.ending == .exited(78), "\(run.output)")
                #expect(run.errors.contains("refuses the configuration"))
                #expect(run.errors.contains("unknown setting `workres`, did you mean `workers`?"))
                #expect(server.count(.upgradeMistake) == 1)
                try server.directory.write(text, to: "forktail.toml")
                try #expect(control.status()["pid"] as? Int == Int(server.arbiter))
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        @Test(arguments: [["stop"], ["stop", "--quick"]])
        func stops(words: [String]) throws {
            try Server.control { control in
                let run = try OneShot(
                    words + ["-c", "forktail.toml"],
                    executable: control.server.setup.executable,
                    in: control.server.directory
                )
                #expect(run.ending == .exited(0), "\(run.errors)")
                #expect(run.output == "stopped\n")
                try #expect(control.server.process.waitForEnd() == .exited(0))
                let status = try control.run("status")
                #expect(status.ending == .exited(69))
                #expect(status.errors.contains("no server answers at control.sock (No such file"))
            }
        }

        @Test func keepsAJournal() throws {
            try Server.control { control in
                let server = control.server
                server.expectDeaths()
                _ = try? server.get("/crash")
                try server.waitForEvent(.workerExited)
                try control.run("scale", "3")
                // It outlives the observer.
                kill(try control.observer(), SIGKILL)
                try wait(until: "an answer") {
                    (try? control.get("/events.txt").text)?.contains("observer (pid") == true
                }
                let text = try control.run("events").output
                #expect(text.contains("while answering GET /crash"))
                #expect(text.contains("workers: 2 → 3"))
                let json = try control.run("events", "--json").output
                let list =
                    try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
                #expect(list?.contains { $0["event"] as? String == "worker_exited" } == true)
            }
        }

        /// A command that runs until it is ended, with what it has printed by then.
        private static func follow(
            _ words: String...,
            control: Control,
            until isEnough: ([[String: Any]]) throws -> Bool
        ) throws {
            let directory = control.server.directory
            var command = control.server.setup.command(in: directory)
            command.words =
                [control.server.setup.executable.path] + words + ["-c", "forktail.toml"]
            command.output = directory.path(of: "follow.out")
            unlink(command.output)
            let process = try ChildProcess(command)
            defer {
                process.send(SIGKILL)
                _ = try? process.waitForEnd()
            }
            try wait(until: "lines of JSON") {
                let text = directory.text(of: "follow.out")
                let whole = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                return try isEnough(whole.map { try Control.object(String($0)) })
            }
        }

        @Test func printsLinesOfJSON() throws {
            try Server.control { control in
                try Self.follow("top", "--json", control: control) { lines in
                    lines.count > 1 && lines.allSatisfy { $0["state"] as? String == "serving" }
                }
                var isScaled = false
                try Self.follow("events", "--follow", "--json", control: control) { lines in
                    guard !lines.isEmpty else { return false }
                    if !isScaled { try control.run("scale", "3") }
                    isScaled = true
                    return lines.contains { $0["event"] as? String == "workers_changed" }
                }
            }
        }

        /// However it is ended, the terminal is as before.
        @Test(arguments: [SIGTERM, SIGINT, SIGHUP, nil])
        func givesTheTerminalBack(signal: Int32?) throws {
            try Server.control(Control.setup(workers: 1)) { control in
                let terminal = try Terminal()
                var command = control.server.setup.command(in: control.server.directory)
                command.words = [
                    control.server.setup.executable.path, "top", "-c", "forktail.toml",
                ]
                command.terminal = terminal.path
                command.output = terminal.path
                let process = try ChildProcess(command)
                defer { process.send(SIGKILL) }
                try wait(until: "the screen") { !terminal.isCooked }
                if let signal { process.send(signal) } else { try terminal.press(.controlC) }
                let ending = try process.waitForEnd()
                #expect(ending == signal.map { .signaled($0) } ?? .exited(0))
                #expect(terminal.isCooked)
            }
        }

        @Test(arguments: [
            (["scal", "3"], "did you mean `scale`?"), (["scale"], "scale needs N"),
            (["scale", "x"], "not a number from 1 to 1024"),
            (["loglevel", "debg"], "did you mean `debug`?"),
            (["status", "--quick"], "unknown flag `--quick`"),
            (["reload", "now"], "unexpected argument `now`"),
        ])
        func refusesWrongWords(words: [String], reason: String) throws {
            let directory = try TemporaryDirectory()
            let run = try OneShot(words, in: directory)
            #expect(run.ending == .exited(64))
            #expect(run.errors.contains(reason), "\(run.errors)")
        }

        /// A broken file keeps no command from a server that is found; else its mistakes are told.
        @Test func readsABrokenFile() throws {
            try Server.control { control in
                let server = control.server
                let text = server.directory.text(of: "forktail.toml")
                try server.directory.write(text + "workers = = 3\n", to: "forktail.toml")
                try #expect(control.run("status").ending == .exited(0))
                server.expectErrors(.reloadFailed, .reloadMistake)
                let reload = try control.run("reload")
                #expect(reload.ending == .exited(78))
                #expect(reload.errors.contains("forktail.toml:"), "\(reload.errors)")
                try #expect(control.run("stop").ending == .exited(0))
                try #expect(server.process.waitForEnd() == .exited(0))
                for command in ["status", "reload", "stop"] {
                    let run = try control.run(command)
                    #expect(run.ending == .exited(78))
                    #expect(run.errors.contains("forktail.toml:"), "\(run.errors)")
                    #expect(run.errors.contains("no server answers at control.sock"))
                }
            }
        }

        @Test func saysThatThereIsNoServer() throws {
            let directory = try TemporaryDirectory()
            try directory.write("control_socket = \"\"\n", to: "forktail.toml")
            let none = try OneShot(["status", "-c", "forktail.toml"], in: directory)
            #expect(none.ending == .exited(69))
            #expect(none.errors.contains("its settings name no control_socket"))
            let help = try OneShot(["reload", "--help"], in: directory)
            #expect(help.ending == .exited(0))
            #expect(help.output.contains("Usage: forktail reload [--json]"))
        }

        /// Another server of the same name serves without one, and its commands, also those with a
        /// file that can't be read, leave the first server alone.
        @Test func findsItsSocketByDefault() throws {
            let runtime = try TemporaryDirectory()
            let (setup, socket) = try Self.setupByDefault(runtime)
            let environment = setup.environment
            func run(_ word: String, in directory: TemporaryDirectory) throws -> OneShot {
                try OneShot([word, "-c", "forktail.toml"], environment: environment, in: directory)
            }
            try Server.run(setup) { server in
                let control = Control(server: server)
                _ = try control.observer()
                #expect(FileManager.default.fileExists(atPath: socket))
                let status = try run("status", in: server.directory)
                #expect(status.ending == .exited(0), "\(status.errors)")
                try Server.run(setup) { other in
                    #expect(other.count(.settingWarning, ["reason": Containing(socket)]) == 1)
                    #expect(other.count(.settingWarning, ["reason": Containing("proc_name")]) == 1)
                    #expect(other.count(.observerStarted) == 0)
                    let stop = try run("stop", in: other.directory)
                    #expect(stop.ending == .exited(69))
                    #expect(stop.errors.contains("pid \(server.process.pid)"), "\(stop.errors)")
                }
                let text = server.directory.text(of: "forktail.toml")
                let broken = text.replacing("\"auto\"", with: "\"/no-such")
                let other = try TemporaryDirectory()
                try other.write(broken, to: "forktail.toml")
                #expect(try run("stop", in: other).ending == .exited(78))
                try server.directory.write(broken, to: "forktail.toml")
                #expect(try run("status", in: server.directory).ending == .exited(0))
            }
            #expect(!FileManager.default.fileExists(atPath: socket))
        }

        /// The observer of an arbiter that was killed leaves the socket to the next server.
        @Test func takesItsSocketAfterAKill() throws {
            let runtime = try TemporaryDirectory()
            let (setup, socket) = try Self.setupByDefault(runtime)
            try Server.run(setup) { first in
                try first.waitForEvent(.observerStarted)
                first.leavesFiles = true
                first.expectedEnding = .signaled(SIGKILL)
                kill(first.arbiter, SIGKILL)
                try #expect(first.process.waitForEnd() == .signaled(SIGKILL))
                try Server.run(setup) { second in
                    try second.waitForEvent(.observerStarted)
                    #expect(second.count(.settingWarning) == 0, "\(second.log)")
                }
            }
            #expect(!FileManager.default.fileExists(atPath: socket))
        }

        /// The advice is one for the reason.
        @Test func saysWhatHelpsWhereItCannotBe() throws {
            var setup = ServerSetup(workers: 1, settings: "control_socket = \"auto\"")
            setup.environment = ["RUNTIME_DIRECTORY": "/nowhere"]
            try Server.run(setup) { server in
                let record = try server.waitForEvent(.settingWarning)
                #expect(
                    record.text("reason").hasSuffix(
                        "set control_socket to another path (\"\" for none)"
                    )
                )
                #expect(!record.text("reason").contains("proc_name"))
            }
        }

        /// A user that has no directory for it learns what to set.
        @Test(.enabled(if: getuid() == 0, "it becomes another user"))
        func saysWhereItWouldBe() throws {
            var setup = ServerSetup(workers: 1, settings: "control_socket = \"auto\"")
            setup.wrapper = [
                "/usr/bin/setpriv", "--reuid=54321", "--regid=54321", "--clear-groups",
                "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
            ]
            try Server.run(setup) { server in
                try server.waitForEvent(
                    .settingWarning,
                    ["level": "info", "message": Containing("set control_socket to a path")]
                )
            }
        }

        /// Another server may have had it before.
        @Test func takesItsSocketAtAReload() throws {
            let runtime = try TemporaryDirectory()
            let (setup, socket) = try Self.setupByDefault(runtime)
            try Server.run(setup) { first in
                try Server.run(setup) { second in
                    #expect(second.count(.settingWarning, ["reason": Containing(socket)]) == 1)
                    try first.finish()
                    try second.reload()
                    try second.waitForEvent(.observerStarted)
                }
            }
        }

        /// The settings of a server whose control socket is where forktail has it by default, and its
        /// path.
        private static func setupByDefault(
            _ runtime: TemporaryDirectory
        ) throws -> (setup: ServerSetup, socket: String) {
            let name = try #require(runtime.path.split(separator: "/").last)
            var setup = ServerSetup(workers: 1)
            setup.environment = ["XDG_RUNTIME_DIR": runtime.path]
            setup.settings = "proc_name = \"\(name)\"\ncontrol_socket = \"auto\""
            return (setup, "\(geteuid() == 0 ? "/run" : runtime.path)/\(name).control.sock")
        }

        /// The second one is a retry, not the escalation that a second signal is.
        @Test(
            .enabled(if: WorkerKind.chosen != .tls, "whether a request is read shows on TCP only")
        )
        func stopsGracefullyHoweverOftenItIsAsked() throws {
            try Server.control(Control.setup("shutdown_delay = \"1s\"")) { control in
                let slow = try Client(control.server.address)
                try slow.send(Client.request("/sleep/3000"))
                try control.server.waitUntilBegun(slow)
                for _ in 0..<3 { try control.run("stop") }
                try #expect(slow.reply().status == 200)
                try #expect(control.server.process.waitForEnd() == .exited(0))
                #expect(control.server.count(.stopEscalated) == 0)
            }
        }
    }
}
