import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct UpgradeTests {
        private static let pidfile = "pidfile = \"server.pid\""

        /// Scenario 35: the new arbiter serves beside the old one, which then leaves; no request is
        /// lost meanwhile, and path and pidfile become the new one's.
        @Test(arguments: ["127.0.0.1:0", "unix:server.sock"])
        func handsOverUnderLoad(bind: String) throws {
            let setup = ServerSetup(workers: 3, settings: Self.pidfile, bind: [bind])
            try Server.run(setup) { server in
                let old = server.arbiter
                let load = Load(clients: 6, at: [server.address])
                let new = try server.upgrade()
                #expect(server.directory.text(of: "server.pid") == "\(old)\n")
                #expect(server.directory.text(of: "server.pid.2") == "\(new)\n")
                try load.waitForAnswers(of: server.waitForWorkers(3, of: new))
                try server.waitForWorkers(3, of: old)
                try server.handOver(to: new)
                try wait(until: "the pidfile of the new arbiter") {
                    server.directory.text(of: "server.pid") == "\(new)\n"
                        && !server.directory.contains("server.pid.2")
                }
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
                try #expect(server.waitForWorkers(3).contains(server.identify().process))
                #expect(server.process.poll() == .exited(0))
            }
        }

        /// Scenario 35, the other order: the new one leaves, and what both share stays.
        @Test func keepsThePathWhenTheNewArbiterLeavesFirst() throws {
            let setup = ServerSetup(settings: Self.pidfile, bind: ["unix:server.sock"])
            try Server.run(setup) { server in
                let load = Load(clients: 4, at: [server.address])
                let new = try server.upgrade()
                try load.waitForAnswers(of: server.waitForWorkers(2, of: new))
                kill(new, SIGTERM)
                try server.waitForEvent(.upgradeEnded, ["arbiter_pid": new])
                try Self.expectOnly(server.arbiter, server)
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
            }
        }

        /// Scenario 36: the workers of the old one were gone already when the new one disappoints.
        @Test func undoesTheUpgrade() throws {
            try Server.run(ServerSetup(workers: 2, settings: Self.pidfile)) { server in
                let new = try server.upgrade()
                server.send(SIGWINCH)
                try server.waitForWorkers(0)
                let workers = try server.waitForWorkers(2, of: new)
                try #expect(workers.contains(server.identify().process))
                server.send(SIGHUP)
                try server.waitForWorkers(2)
                kill(new, SIGQUIT)
                try server.waitForEvent(.upgradeEnded, ["arbiter_pid": new, "level": "info"])
                try Self.expectOnly(server.arbiter, server)
                try server.handOver(to: server.upgrade())
                try server.waitForWorkers(2)
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// The way in which a new arbiter can fail.
        enum Failing: CaseIterable {
            case refusesConfiguration, isNoExecutable, mayNotBeExecuted, isMissing
            case isAnotherProgram, crashes, cannotBoot

            var reason: Containing {
                switch self {
                case .refusesConfiguration:
                    Containing("the new executable refuses the configuration")
                case .isNoExecutable: Containing("/app can't be executed: Exec format error")
                case .mayNotBeExecuted: Containing("/app can't be executed: Permission denied")
                case .isMissing: Containing("/app can't be executed: No such file or directory")
                case .isAnotherProgram: Containing("exited with status 3")
                case .crashes: Containing("died of SIGSEGV")
                case .cannotBoot: Containing("the new arbiter")
                }
            }

            func prepare(_ server: Server) throws {
                let directory = server.directory
                switch self {
                case .refusesConfiguration:
                    try directory.write("workers = \"x\"\n", to: "forktail.toml")
                case .isNoExecutable: try replaceExecutable("garbage", directory)
                case .mayNotBeExecuted: try replaceExecutable("garbage", directory, mode: 0o644)
                case .isAnotherProgram: try replaceExecutable("#!/bin/sh\nexit 3\n", directory)
                case .crashes: try replaceExecutable("#!/bin/sh\nkill -SEGV $$\n", directory)
                case .isMissing: unlink(directory.path(of: "app"))
                case .cannotBoot: try directory.write("", to: "bad")
                }
            }

            private func replaceExecutable(
                _ text: String,
                _ directory: TemporaryDirectory,
                mode: mode_t = 0o755
            ) throws {
                unlink(directory.path(of: "app"))
                try directory.write(text, to: "app")
                chmod(directory.path(of: "app"), mode)
            }
        }

        /// Scenario 36: a new arbiter that fails changes nothing, and the log says why.
        @Test(arguments: Failing.allCases)
        func servesOnWhenTheNewArbiterFails(failing: Failing) throws {
            let directory = try TemporaryDirectory()
            symlink(Executable.testApp.path, directory.path(of: "app"))
            let setup = ServerSetup(
                executablePath: directory.path(of: "app"),
                settings: Self.pidfile,
                bind: ["unix:server.sock"],
                environment: ["BOOT_FAIL_IF": "bad"]
            )
            try Server.run(setup, in: directory) { server in
                server.expectErrors(.upgradeFailed, .upgradeMistake, .workerBootFailed, .bootFailed)
                let before = try server.waitForWorkers(2)
                let load = Load(clients: 2, at: [server.address])
                try failing.prepare(server)
                server.send(SIGUSR2)
                try server.waitForEvent(.upgradeFailed, ["reason": failing.reason])
                try Self.expectOnly(server.arbiter, server)
                try #expect(Set(server.waitForWorkers(2)) == Set(before))
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
            }
        }

        /// With absolute paths an upgrade needs no directory; the one of the start may be gone.
        @Test func needsNoDirectoryOfTheStart() throws {
            let files = try TemporaryDirectory()
            let setup = ServerSetup(
                arguments: ["-c", files.path(of: "forktail.toml")],
                wrapper: ["/bin/sh", "-c", "mkdir gone && cd gone && exec \"$@\"", "sh"]
            )
            try files.write(setup.configuration(in: files), to: "forktail.toml")
            try Server.run(setup) { server in
                try server.waitForWorkers(2)
                #expect(rmdir(server.directory.path(of: "gone")) == 0)
                try server.handOver(to: server.upgrade())
                try server.waitForWorkers(2)
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// Scenario 36: what was wrong can be put right, and the next upgrade succeeds.
        @Test func triesAgain() throws {
            try Server.run(ServerSetup(environment: ["BOOT_FAIL_IF": "bad"])) { server in
                server.expectErrors(.upgradeFailed, .upgradeMistake, .workerBootFailed, .bootFailed)
                try server.directory.write("", to: "bad")
                server.send(SIGUSR2)
                try server.waitForEvent(.upgradeFailed, ["reason": Containing("new arbiter")])
                unlink(server.directory.path(of: "bad"))
                try server.handOver(to: server.upgrade())
                try server.waitForWorkers(2)
            }
        }

        /// An address that the new settings don't have is named.
        @Test func tellsOfAnAddressThatTheNewArbiterHasNot() throws {
            try Server.run(ServerSetup(bind: ["127.0.0.1:0", "unix:old.sock"])) { server in
                let text = server.setup.configuration(
                    in: server.directory,
                    bind: ["127.0.0.1:0"]
                )
                try server.directory.write(text, to: "forktail.toml")
                let new = try server.upgrade()
                let path = server.directory.path(of: "old.sock")
                #expect(
                    server.count(.listenerClosed, ["pid": Int(new), "address": "unix:\(path)"]) == 1
                )
                try server.handOver(to: new)
            }
        }

        /// One arbiter at a time is started beside another.
        @Test func refusesASecondUpgrade() throws {
            try Server.run { server in
                let new = try server.upgrade()
                server.send(SIGUSR2)
                try server.waitForEvent(
                    .commandRefused,
                    ["command": "SIGUSR2", "reason": "upgraded"]
                )
                kill(new, SIGUSR2)
                try server.waitForEvent(
                    .commandRefused,
                    ["command": "SIGUSR2", "reason": "predecessor_runs"]
                )
                try server.handOver(to: new)
                try server.handOver(to: server.upgrade())
                try server.waitForWorkers(2)
            }
        }

        /// If both are stopped at the same moment, queued connections are still served.
        @Test(
            .enabled(if: WorkerKind.connectsBeforeAccept, "a handshake needs a worker"),
            arguments: [true, false],
            ["127.0.0.1:0", "unix:server.sock"]
        )
        func servesTheQueueWhenBothStop(oldFirst: Bool, bind: String) throws {
            let setup = ServerSetup(workers: 1, settings: Self.pidfile, bind: [bind])
            try Server.run(setup) { server in
                let address = server.address
                let arbiters = try [server.arbiter, server.upgrade()]
                let gates = arbiters.map { Gate(server: server, name: "slow\($0)") }
                let busy = try gates.map { try $0.enter() }
                let queued = try (0..<20).map { _ in
                    let client = try Client(address)
                    try client.send(Client.request("/pid"))
                    return client
                }
                for arbiter in oldFirst ? arbiters : arbiters.reversed() { kill(arbiter, SIGTERM) }
                try server.waitForEvent(.signalReceived, ["signal": "SIGTERM"], count: 2)
                for gate in gates { try gate.open() }
                for client in busy + queued { try #expect(client.reply().status == 200) }
                try #expect(server.process.waitForEnd() == .exited(0))
                server.successor = arbiters[1]
            }
        }

        /// The end of the old arbiter does not make its listeners accept again.
        @Test func refusesConnectionsAfterBothWereStopped() throws {
            let bind = ["127.0.0.1:\(try ListeningSocket.unusedPort())"]
            let setup = ServerSetup(workers: 1, settings: Self.pidfile, bind: bind)
            try Server.run(setup) { server in
                let (old, new) = try (server.arbiter, server.upgrade())
                // The worker of each has one request.
                let workers = try [old, new].map { try server.waitForWorkers(1, of: $0)[0] }
                let gates = ["old", "new"].map { Gate(server: server, name: $0) }
                let busy = try zip(gates, workers.reversed()).map { gate, other in
                    try server.whileStopped(other) { try gate.enter() }
                }
                #expect(gates.compactMap(\.worker) == workers)
                for arbiter in [old, new] { kill(arbiter, SIGTERM) }
                try server.waitForEvent(.signalReceived, ["signal": "SIGTERM"], count: 2)
                for arbiter in [old, new] { try server.waitForArbiter(arbiter) }
                #expect(throws: ConnectionFault.refused) { try Client(server.address) }
                try gates[0].open()
                try #expect(busy[0].reply().status == 200)
                try wait(until: "the pidfile of the new arbiter") {
                    server.directory.text(of: "server.pid") == "\(new)\n"
                }
                #expect(throws: ConnectionFault.refused) { try Client(server.address) }
                try gates[1].open()
                try #expect(busy[1].reply().status == 200)
                server.successor = new
            }
        }

        /// The old arbiter is killed, and leaves what it has no time to remove to the new one.
        @Test func takesThePlaceOfAnArbiterThatWasKilled() throws {
            let setup = ServerSetup(settings: Self.pidfile, bind: ["unix:server.sock"])
            try Server.run(setup) { server in
                server.expectedEnding = .signaled(SIGKILL)
                let new = try server.upgrade()
                server.process.send(SIGKILL)
                server.successor = new
                try server.waitForEvent(.predecessorEnded)
                try Self.expectOnly(new, server)
                try server.waitForWorkers(2)
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// Scenario 38: the old arbiter replaces a worker that dies while the new one starts.
        @Test func replacesAWorkerThatDiesMeanwhile() throws {
            try Server.run(ServerSetup(workers: 3)) { server in
                server.expectErrors(
                    .workerExited,
                    ["signal": "SIGKILL", "reason": "other_process"]
                )
                let victim = try server.waitForWorkers(3)[0]
                server.send(SIGUSR2)
                try server.waitForEvent(.signalReceived, ["signal": "SIGUSR2"])
                kill(victim, SIGKILL)
                let new = try eventually("a new arbiter") { server.newArbiter }
                let other = try eventually("a worker") {
                    server.workers.first { $0 != victim }
                }
                kill(other, SIGKILL)
                try server.waitForEvent(.upgradeReady)
                try server.waitForEvent(
                    .workerExited,
                    ["signal": "SIGKILL", "reason": "other_process"],
                    count: 2
                )
                try server.waitForWorkers(3)
                try server.waitForWorkers(3, of: new)
                #expect(server.zombies == [])
                try server.handOver(to: new)
                try server.waitForWorkers(3)
            }
        }

        /// Scenario 39: the new arbiter is started as the first one was.
        @Test func startsTheNewArbiterAsTheFirst() throws {
            let wrapper = [
                "/usr/bin/prlimit", "--nofile=400:500", "--stack=4194304:8388608", "/bin/sh", "-c",
                "umask 026; exec \"$@\"", "sh",
            ]
            let setup = ServerSetup(environment: ["COLOUR": "blue"], wrapper: wrapper)
            try Server.run(setup) { server in
                let first = try Self.surroundings(of: server)
                for _ in 1...2 {
                    try server.handOver(to: server.upgrade())
                    try #expect(Self.surroundings(of: server) == first)
                }
                #expect(first.contains("Umask:\t0026"))
                #expect(first.contains { $0.contains("400                  500") })
                #expect(first.contains("COLOUR=blue"))
                #expect(first.contains("FORKTAIL_FD=(unset)"))
            }
        }

        /// Scenario 37.
        @Test func leaksNoDescriptor() throws {
            let setup = ServerSetup(
                settings: "\(Self.pidfile)\naccesslog = \"access.log\"",
                bind: ["127.0.0.1:0", "unix:server.sock"]
            )
            try Server.run(setup) { server in
                let before = try server.settledDescriptorCount()
                let held = try server.waitForWorkers(2).map { Self.descriptorCount($0) }
                for _ in 1...3 {
                    try server.handOver(to: server.upgrade())
                    try server.waitForDescriptors(before)
                    try #expect(server.waitForWorkers(2).map { Self.descriptorCount($0) } == held)
                }
                // Beside the pidfile there is the control socket.
                #expect(server.listeningSockets.count == 3)
            }
        }

        private static func descriptorCount(_ process: pid_t) -> Int {
            ProcessTable.descriptors(of: process).count
        }

        /// There is one arbiter, which answers and has the pidfile.
        private static func expectOnly(_ arbiter: pid_t, _ server: Server) throws {
            try wait(until: "one pidfile, of \(arbiter)") {
                server.directory.text(of: "server.pid") == "\(arbiter)\n"
                    && !server.directory.contains("server.pid.2")
            }
            // The workers of an arbiter that was killed answer until they have noticed it.
            try wait(until: "an answer of a worker of \(arbiter)") {
                (try? server.identify()).map { server.workers(of: arbiter).contains($0.process) }
                    == true
            }
        }

        /// What an arbiter and its workers inherit.
        private static func surroundings(of server: Server) throws -> [String] {
            var status = ""
            // It blocks a signal while it writes to its log.
            try wait(until: "an arbiter that blocks no signal") {
                status = ProcessTable.text(of: "/proc/\(server.arbiter)/status")
                return status.contains("SigBlk:\t0000000000000000\n")
            }
            let kept = ["Umask:", "SigIgn:", "SigCgt:", "Groups:", "Uid:"]
            let lines = status.split(separator: "\n").map(String.init)
            let limits = ProcessTable.text(of: "/proc/\(server.arbiter)/limits")
            let variables = [
                "COLOUR", "PATH", "FORKTAIL_FD", "FORKTAIL_PID", "LISTEN_FDS", "PWD", "OLDPWD",
            ]
            return try lines.filter { line in kept.contains { line.hasPrefix($0) } }
                + limits.split(separator: "\n").map(String.init)
                + [ProcessTable.link("/proc/\(server.arbiter)/cwd") ?? "nowhere"]
                + variables.map { try "\($0)=\(server.get("/environment/\($0)").text)" }
        }
    }
}
