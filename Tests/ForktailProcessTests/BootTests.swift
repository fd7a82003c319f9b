import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct BootTests {
        /// Scenario 2: three tries with growing waits, then the status that says so.
        @Test func givesUpWhenNoWorkerCanBoot() throws {
            let directory = try TemporaryDirectory()
            let setup = ServerSetup(
                settings: "pidfile = \"server.pid\"",
                bind: ["unix:server.sock"],
                environment: ["BOOT_FAIL": "out of luck"]
            )
            let run = try OneShot(setup, in: directory)
            #expect(run.ending == .exited(70))
            // One cause, one line, and one that says what follows.
            let lines = run.errors.split(separator: "\n").map { LogRecord($0) }
                .filter { $0.text("level") != "info" && $0.event != .arbiterPaused }.map(\.line)
            #expect(lines.count == 2)
            #expect(lines.first?.contains(" could not boot: out of luck\"") == true)
            #expect(lines.last?.contains("\"can't boot: out of luck (") == true)
            #expect(lines.last?.contains(" tries); giving up with status 70\"") == true)
            #expect(!directory.contains("server.pid"))
            #expect(!directory.contains("server.sock"))
        }

        /// A trap while booting is a failure like any other.
        @Test func givesUpWhenEveryWorkerTrapsWhileBooting() throws {
            let run = try OneShot(
                ServerSetup(environment: ["BOOT_CRASH": "1"]),
                in: TemporaryDirectory()
            )
            #expect(run.ending == .exited(70))
            #expect(run.errors.contains("died of SIG"))
        }

        @Test func givesUpWhenThePreloadedApplicationCannotBeMade() throws {
            let setup = ServerSetup(
                settings: "preload_app = true",
                environment: ["BOOT_FAIL": "out of luck"]
            )
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            #expect(run.errors.contains("preload_app: out of luck"))
        }

        /// Workers would wait for ever for a thread that only the arbiter has.
        @Test func refusesAPreloadedApplicationThatStartsThreads() throws {
            let setup = ServerSetup(
                settings: "preload_app = true",
                environment: ["BOOT_THREAD": "stays"]
            )
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            #expect(run.errors.contains("\"level\":\"critical\""))
            #expect(run.errors.contains("init() has started 1 thread in the arbiter"))
            #expect(!run.errors.contains("\"worker_pid\""), "no worker is forked")
        }

        /// Variables are those of the settings in force; what init() has read stays, and is named.
        @Test func tellsWhatAPreloadedApplicationKeeps() throws {
            let preload = "preload_app = true\n"
            let setup = ServerSetup(settings: preload + "env = { COLOUR = \"red\", SIZE = \"1\" }")
            try Server.run(setup) { server in
                try #expect(server.get("/environment/COLOUR").text == "red")
                // It differs from the start each time.
                for generation in 2...3 {
                    try server.reload(preload + "env = { COLOUR = \"blue\" }")
                    try server.waitForReload(generation)
                    try #expect(server.get("/environment/COLOUR").text == "blue")
                    try #expect(server.get("/environment/SIZE").text == "(unset)")
                    #expect(server.count(.settingFixed, ["setting": "env"]) == generation - 1)
                }
                #expect(server.count(.settingFixed) == 2)
            }
        }

        /// A thread that has ended again does no harm.
        @Test(arguments: ["none", "ends"])
        func servesWithAPreloadedApplication(thread: String) throws {
            let environment = thread == "none" ? [:] : ["BOOT_THREAD": thread]
            let setup = ServerSetup(
                workers: 2,
                settings: "preload_app = true",
                environment: environment
            )
            try Server.run(setup) { server in
                let workers = try server.waitForWorkers(2)
                try #expect(workers.contains(server.identify().process))
            }
        }

        /// Scenario 3: a worker that hangs in its boot is killed, the others serve meanwhile.
        @Test func killsAWorkerThatBootsForTooLong() throws {
            let setup = ServerSetup(
                workers: 2,
                settings: "boot_timeout = \"2s\"",
                environment: ["BOOT_SLOT": "1", "BOOT_WAIT_FOR": "go"],
                ready: 1
            )
            try Server.run(setup) { server in
                server.expectErrors(.workerExited, ["reason": "boot_timeout"])
                server.expectErrors(.workerAborted, ["reason": "boot_timeout"])
                try server.waitForEvent(.workerAborted, ["reason": "boot_timeout", "slot": 1])
                try #expect(server.identify().slot == 0)
                try server.directory.write("", to: "go")
                try server.waitForWorkers(2)
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// Scenario 17: a worker that boots outlives the arbiter no more than one that serves.
        @Test func endsABootingWorkerWithItsArbiter() throws {
            let environment = ["BOOT_WAIT_FOR": "go"]
            try Server.run(ServerSetup(workers: 2, environment: environment, ready: 0)) { server in
                server.expectedEnding = .signaled(SIGKILL)
                server.leavesFiles = true
                try wait(until: "two workers that boot") { server.workers.count == 2 }
                let workers = server.workers
                server.process.send(SIGKILL)
                try wait(until: "the end of the workers", within: .seconds(10)) {
                    !workers.contains(where: ProcessTable.isAlive)
                }
            }
        }

        /// Scenario 4: one slot that fails for ever is no reason to give up.
        @Test func servesWithoutTheSlotThatCannotBoot() throws {
            let directory = try TemporaryDirectory()
            let manager = try NotifySocket(directory.path(of: "notify"))
            let setup = ServerSetup(
                workers: 3,
                environment: [
                    "BOOT_SLOT": "2", "BOOT_FAIL_IF": "bad",
                    "NOTIFY_SOCKET": directory.path(of: "notify"),
                ],
                ready: 2
            )
            try directory.write("", to: "bad")
            try Server.run(setup, in: directory) { server in
                server.expectErrors(.workerBootFailed)
                try server.waitForEvent(.degraded, ["ready": 2, "wanted": 3])
                try wait(until: "READY") { manager.lines.contains("READY=1") }
                #expect(manager.lines.contains("STATUS=2 of 3 workers ready, generation 1"))
                try server.waitForEvent(.respawnDelayed, ["slot": 2, "failures": 4])
                try #expect(server.status(of: "/pid") == 200)
                unlink(directory.path(of: "bad"))
                try server.waitForWorkers(3)
            }
        }

        /// Scenario 8: READY comes once the workers are ready, and not before.
        @Test(arguments: ["path", "abstract"])
        func tellsTheServiceManagerWhenItIsReady(kind: String) throws {
            let directory = try TemporaryDirectory()
            let path = directory.path(of: "notify")
            let name = kind == "path" ? path : "@" + path.dropFirst()
            let manager = try NotifySocket(name)
            let setup = ServerSetup(
                workers: 2,
                environment: ["BOOT_WAIT_FOR": "go", "NOTIFY_SOCKET": name],
                ready: 0
            )
            try Server.run(setup, in: directory) { server in
                try wait(until: "two workers that boot") { server.workers.count == 2 }
                #expect(manager.lines == [])
                try directory.write("", to: "go")
                try wait(until: "READY") { manager.lines.contains("READY=1") }
                #expect(server.count(.workerReady) == 2)
                #expect(manager.lines.contains("STATUS=2 of 2 workers ready, generation 1"))
                try #expect(server.get("/environment/NOTIFY_SOCKET").text == "(unset)")
                server.send(SIGTERM)
                try wait(until: "STOPPING") { manager.lines.contains("STOPPING=1") }
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(manager.lines.count { $0 == "READY=1" } == 1)
            }
        }

        @Test func givesTheApplicationItsEnvironmentAndDirectory() throws {
            let directory = try TemporaryDirectory()
            mkdir(directory.path(of: "work"), 0o755)
            let setup = ServerSetup(settings: "chdir = \"work\"\nenv = { COLOUR = \"blue\" }")
            try Server.run(setup, in: directory) { server in
                try #expect(server.get("/environment/COLOUR").text == "blue")
                for worker in try server.waitForWorkers(2) {
                    let path = ProcessTable.link("/proc/\(worker)/cwd")
                    #expect(path == directory.path(of: "work"))
                }
            }
        }
    }
}
