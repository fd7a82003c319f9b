import ForktailValues
import Glibc
import Testing

extension ProcessTests.ExecTests {
    /// What a program finds when it starts, by the C program that tells.
    @Suite struct ProgramEnvironmentTests {
        @Test func passesListenersAndVariables() throws {
            var setup = Program.probe("serve").setup(workers: 1)
            setup.bind = ["127.0.0.1:0", "unix:second.sock"]
            try Server.run(setup) { server in
                let worker = try server.waitForWorkers(1)[0]
                let state = try ProbeState(of: server)
                var environment = state.environment
                #expect(environment.removeValue(forKey: "LISTEN_FDS") == "2")
                #expect(environment.removeValue(forKey: "LISTEN_PID") == "\(worker)")
                let names = environment.removeValue(forKey: "LISTEN_FDNAMES")
                #expect(names?.split(separator: ":").count == 2)
                #expect(environment.removeValue(forKey: "NOTIFY_SOCKET")?.first == "@")
                #expect(environment.removeValue(forKey: "WATCHDOG_USEC") == "30000000")
                #expect(environment.removeValue(forKey: "WATCHDOG_PID") == "\(worker)")
                #expect(environment.removeValue(forKey: "FORKTAIL_SLOT") == "0")
                #expect(environment.removeValue(forKey: "FORKTAIL_GENERATION") == "1")
                #expect(environment.removeValue(forKey: "PYTHONFAULTHANDLER") == "1")
                #expect(environment.removeValue(forKey: "PYTHONUNBUFFERED") == "1")
                #expect(Set(environment.keys).isSubset(of: ["PATH", "SWIFT_BACKTRACE", "PWD"]))

                #expect(Set(state.descriptors.keys) == ["0", "1", "2", "3", "4"])
                #expect(state.descriptors["0"] == "/dev/null")
                #expect(state.descriptors["1"]?.hasPrefix("pipe:") == true)
                #expect(state.descriptors["1"] == state.descriptors["2"])
                let listeners = ProcessTable.descriptors(of: server.arbiter).values
                for number in ["3", "4"] {
                    #expect(listeners.contains(state.descriptors[number] ?? ""))
                }
                #expect(state.listenerBlocks == true)
                #expect(state.number("receiveTimeout") == 0)
            }
        }

        @Test func startsWithCleanSignalsInAGroupOfItsOwn() throws {
            var setup = Program.probe("serve").setup(workers: 1)
            setup.wrapper = ["/usr/bin/env", "--ignore-signal=PIPE,USR1", "--block-signal=USR2"]
            try Server.run(setup) { server in
                let worker = try server.waitForWorkers(1)[0]
                let state = try ProbeState(of: server)
                for set in ["SigBlk", "SigIgn", "SigCgt", "SigPnd"] {
                    let number = UInt64(state[set] ?? "?", radix: 16)
                    // glibc keeps 32 and 33 for itself and lets nothing change them.
                    #expect(number.map { $0 & ~0x1_8000_0000 } == 0, "\(set)")
                }
                #expect(state.number("pid") == Int(worker))
                #expect(state.number("group") == Int(worker))
                #expect(state.number("parent") == Int(server.arbiter))
                #expect(state.number("deathSignal") != 0)
            }
        }

        /// A program that has these from systemd would report to it in place of forktail.
        @Test func hidesTheEnvironmentOfSystemd() throws {
            var setup = Program.probe("serve").setup(workers: 1)
            let manager = try NotifySocket("@forktail-test-\(getpid())")
            setup.environment = [
                "NOTIFY_SOCKET": "@forktail-test-\(getpid())", "LISTEN_FDS": "1", "LISTEN_PID": "1",
                "LISTEN_FDNAMES": "foreign", "WATCHDOG_USEC": "77", "WATCHDOG_PID": "1",
                "INVOCATION_ID": "aa", "SYSTEMD_EXEC_PID": "1",
            ]
            try Server.run(setup) { server in
                let environment = try ProbeState(of: server).environment
                #expect(environment["NOTIFY_SOCKET"]?.hasPrefix("@forktail-test-") == false)
                #expect(environment["LISTEN_FDNAMES"] != "foreign")
                #expect(environment["WATCHDOG_USEC"] == "30000000")
                for name in ["INVOCATION_ID", "SYSTEMD_EXEC_PID"] {
                    #expect(environment[name] == nil, "\(name)")
                }
                try wait(until: "READY") { manager.lines.contains { $0.hasPrefix("READY=1") } }
            }
        }

        @Test func fillsPlaceholders() throws {
            var program = Program.probe("print", "{slot} {port} {fd} {pid} {{slot}", "serve")
            program.environment = ["GIVEN": "{slot}/{port}/{fd}/{pid}/{{"]
            try program.run(workers: 2) { server in
                guard let port = server.address.port else { throw TestFailure("no port") }
                for (slot, worker) in try server.waitForWorkers(2).enumerated() {
                    try server.waitForRecord("the line of worker \(worker)") {
                        $0.message.contains("\(slot) \(port) 3 \(worker) {slot}")
                    }
                }
                let state = try ProbeState(of: server)
                let (slot, worker) = (state.environment["FORKTAIL_SLOT"] ?? "", state.number("pid"))
                #expect(state.environment["GIVEN"] == "\(slot)/\(port)/3/\(worker ?? 0)/{")
            }
        }

        /// As inetd does it.
        @Test func passesTheListenerAsStandardInput() throws {
            try Program.probe("serve").run(workers: 1, "exec.stdin = \"listener\"") { server in
                let state = try ProbeState(of: server)
                #expect(state.descriptors["0"]?.hasPrefix("socket:") == true)
                #expect(state.descriptors["0"] == state.descriptors["3"])
            }
        }

        @Test func appliesLimitsUmaskAndDirectory() throws {
            let settings = """
                umask = "0137"
                limit_open_files = 123
                limit_core = 4096
                """
            try Program.probe("serve").run(workers: 1, settings) { server in
                let state = try ProbeState(of: server)
                #expect(state["Umask"] == "0137")
                #expect(state.number("maxFiles") == 123)
                #expect(state.number("maxCore") == 4096)
                #expect(state["directory"] == server.directory.path)
            }
        }

        @Test(.enabled(if: getuid() == 0, "only root can give privileges up"))
        func appliesUserAndGroup() throws {
            let settings = "user = \"nobody\"\ngroup = \"nogroup\""
            try Program.probe("serve").run(workers: 1, settings) { server in
                let state = try ProbeState(of: server)
                #expect(state.number("uid") == 65534)
                #expect(state.number("gid") == 65534)
                #expect(state.groups == [65534])
                // Readiness by /proc and by a message work across users.
                try server.reload("exec.ready = \"auto\"")
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
            }
        }

        /// What follows `--` is the program, and the class need not be named.
        @Test func takesTheProgramFromTheCommandLine() throws {
            let command = Program.probe("print", "--help", "serve").command
            var setup = ServerSetup(executable: .forktail, workers: 1)
            // No class of the tests' own: it is what the command line implies.
            setup.settings = "# worker_class"
            setup.arguments = ["--"] + command
            try Server.run(setup) { server in
                try server.waitForEvent(.workerOutput, ["message": Containing("--help")])
                try #expect(WorkerIdentity(server.get("/").text)?.slot == 0)
            }
        }

        /// A program is not left to itself when the arbiter is killed, and the observer says why it
        /// ended, which the program can't know.
        @Test func endsWithTheArbiter() throws {
            let setup = Program.probe("serve").setup(workers: 2, Control.settings)
            try Server.control(setup) { control in
                let server = control.server
                server.leavesFiles = true
                server.expectedEnding = .signaled(SIGKILL)
                let workers = try server.waitForWorkers(2)
                kill(server.arbiter, SIGKILL)
                try server.waitForEvent(.arbiterLost)
                try wait(until: "the end of the workers") {
                    !workers.contains(where: ProcessTable.isAlive)
                }
            }
        }
    }
}
