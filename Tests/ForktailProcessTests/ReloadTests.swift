import ForktailTestSupport
import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct ReloadTests {
        /// All processes get the new name.
        @Test func changesTheNameOfTheProcesses() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                try server.reload("proc_name = \"other\"")
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                let worker = try server.waitForWorkers(1)[0]
                try wait(until: "the title") {
                    ProcessTable.title(of: server.arbiter) == "other: arbiter"
                }
                #expect(ProcessTable.title(of: worker) == "other: worker 0")
                #expect(server.count(.settingFixed) == 0)
            }
        }

        /// The kernel cuts it without a word.
        @Test func tellsOfACutBacklog() throws {
            let limit = Int(
                ProcessTable.text(of: "/proc/sys/net/core/somaxconn").filter(\.isNumber)
            )
            guard let limit, limit < 65_535 else { return }
            try Server.run(ServerSetup(workers: 1, settings: "backlog = 65535")) { server in
                #expect(server.count(.backlogCut, ["backlog": limit]) == 1)
            }
        }

        /// A request that brings down every worker that answers it is no reason to go back.
        @Test func isNotGivenUpForARequestThatCrashes() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                server.expectDeaths()
                let boot = "env = { BOOT_SLOT = \"1\", BOOT_WAIT_FOR = \"go\" }"
                try server.reload(boot)
                // Slot 0 is of the new generation, and slot 1 is rolled over next.
                try server.waitForEvent(.workerReady, ["slot": 0], count: 2)
                try wait(until: "the end of four new workers") {
                    let reply = try server.get("/crash")
                    #expect(reply.status == 500)
                    return server.count(.workerExited, ["level": "error", "slot": 0]) > 4
                }
                try server.directory.write("", to: "go")
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                #expect(server.count(.reloadFailed) == 0)
                try server.waitForWorkers(2)
            }
        }

        /// Scenario 30: the old serve on, and every mistake is named with its place.
        @Test func keepsServingWhenTheFileIsBroken() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                server.expectErrors(.reloadFailed, .reloadMistake)
                let before = try server.waitForWorkers(2)
                try server.directory.write(
                    "bind = 3\nworkres = 2\nworkers = \"x\"\n",
                    to: "forktail.toml"
                )
                server.send(SIGHUP)
                try server.waitForEvent(
                    .reloadMistake,
                    ["problem": Containing("forktail.toml:1:8: bind")]
                )
                try server.waitForEvent(
                    .reloadMistake,
                    ["problem": Containing("forktail.toml:2:1: unknown setting `workres`")]
                )
                try server.waitForEvent(
                    .reloadMistake,
                    ["problem": Containing("forktail.toml:3:11: workers")]
                )
                try #expect(Set(before) == Set(server.waitForWorkers(2)))
                try #expect(server.identify().generation == 1)
            }
        }

        @Test(arguments: [(2, 5), (5, 2), (3, 3)])
        func changesTheNumberOfWorkers(from old: Int, to new: Int) throws {
            try Server.run(ServerSetup(workers: old)) { server in
                let before = try server.waitForWorkers(old)
                try server.reload(workers: new)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                let after = try server.waitForWorkers(new)
                #expect(Set(before).isDisjoint(with: after))
                try #expect(server.identify().generation == 2)
            }
        }

        /// Scenarios 29 and 32: no request of eight clients is lost, and there is never more than
        /// one process in excess.
        @Test(arguments: ["127.0.0.1:0", "unix:server.sock"])
        func losesNoRequestUnderLoad(bind: String) throws {
            try Server.run(ServerSetup(workers: 4, bind: [bind])) { server in
                let load = Load(clients: 8, at: [server.address])
                for generation in 2...6 {
                    try server.reload()
                    try server.waitForEvent(.reloadCompleted, ["generation": generation])
                }
                try wait(until: "answers of the last generation") {
                    load.soFar.generations.contains(6)
                }
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
                #expect(tally.generations.contains(6))
                try server.waitForWorkers(4)
            }
        }

        /// Scenario 33: a listener that stays keeps its socket, and with it its queue.
        @Test func addsAndRemovesListeners() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                let first = server.address
                let socket = try #require(server.listeningSockets.first)
                try server.reload(bind: ["127.0.0.1:0", "unix:added.sock"])
                try server.waitForReload(2)
                let added = Address.unix(path: server.directory.path(of: "added.sock"))
                try #expect(server.status(of: "/pid", at: added) == 200)
                try #expect(server.status(of: "/pid", at: first) == 200)
                #expect(server.listeningSockets.contains(socket))

                try server.reload(bind: ["unix:added.sock"])
                try server.waitForReload(3)
                try server.waitForWorkers(2)
                #expect(throws: ConnectionFault.refused) { try Client.get("/pid", at: first) }
                #expect(!server.listeningSockets.contains(socket))
                #expect(server.count(.listenerClosed, ["connections": 0]) == 1)
                try #expect(server.status(of: "/pid", at: added) == 200)

                try server.reload(bind: ["127.0.0.1:0"])
                try server.waitForReload(4)
                try server.waitForWorkers(2)
                #expect(!server.directory.contains("added.sock"))
                #expect(server.addresses.count == 3)
                let last = try #require(server.addresses.last)
                try #expect(server.status(of: "/pid", at: last) == 200)
            }
        }

        /// A reload that overtakes another one takes over the sockets that the other has opened.
        @Test func correctsAReloadWhoseWorkersHang() throws {
            let ports = try (0..<2).map { _ in try ListeningSocket.unusedPort() }
            let bind = ["127.0.0.1:0", "127.0.0.1:\(ports[0])", "unix:added.sock"]
            let settings = "status_bind = \"127.0.0.1:\(ports[1])\"\n"
            try Server.run { server in
                try server.reload(settings + "env = { BOOT_WAIT_FOR = \"never\" }", bind: bind)
                try server.waitForEvent(.reloadStarted, ["generation": 2])
                try server.reload(settings, bind: bind)
                try server.waitForReload(3)
                let added = [
                    .tcp(port: ports[0]),
                    Address.unix(path: server.directory.path(of: "added.sock")),
                ]
                for address in added {
                    try #expect(server.status(of: "/pid", at: address) == 200)
                }
                try wait(until: "the observer") {
                    (try? server.status(of: "/healthz", at: .tcp(port: ports[1]))) == 200
                }
                // The control socket is off.
                #expect(server.listeningSockets.count == 4)
            }
        }

        /// A connection that no worker has accepted is lost with its listener, and the log says so.
        @Test(.enabled(if: WorkerKind.chosen == .sync, "an event loop may accept it"))
        func tellsOfConnectionsAtAClosedAddress() throws {
            let setup = ServerSetup(workers: 1, bind: ["127.0.0.1:0", "unix:kept.sock"])
            try Server.run(setup) { server in
                let gate = Gate(server: server, name: "slow")
                let busy = try gate.enter()
                let queued = try Client(server.address)
                try queued.send(Client.request("/pid"))
                try server.reload(bind: ["unix:kept.sock"])
                let worker = try #require(gate.worker)
                try server.waitForEvent(.workerRetired, ["worker_pid": worker])
                try gate.open()
                try #expect(busy.reply().status == 200)
                try server.waitForEvent(
                    .listenerClosed,
                    ["level": "warning", "connections": 1, "address": Containing("127.0.0.1")]
                )
            }
        }

        /// An address that can't be bound is named, and nothing of the reload is left.
        @Test func refusesAnAddressThatIsTaken() throws {
            try Server.run { server in
                server.expectErrors(.reloadFailed, .reloadMistake)
                try Server.run { other in
                    guard let port = other.address.port else { return }
                    let before = try server.waitForWorkers(2)
                    let taken = "127.0.0.1:\(port)"
                    try server.reload(bind: ["127.0.0.1:0", "unix:left.sock", taken])
                    try server.waitForEvent(.reloadFailed, ["reason": Containing(taken)])
                    try server.waitForArbiter()
                    try #expect(Set(before) == Set(server.waitForWorkers(2)))
                    #expect(!server.directory.contains("left.sock"))
                    #expect(server.listeningSockets.count == 1)
                    try #expect(other.status(of: "/pid") == 200)
                    try #expect(server.identify().generation == 1)
                }
            }
        }

        /// Scenario 31: the old stay when the new can't boot.
        @Test func rollsBackWhenTheNewWorkersCannotBoot() throws {
            try Server.run(ServerSetup(workers: 3)) { server in
                server.expectErrors(.workerBootFailed, .reloadFailed)
                let before = try server.waitForWorkers(3)
                let load = Load(clients: 2, at: [server.address])
                try server.reload("env = { BOOT_FAIL = \"out of luck\" }")
                try server.waitForEvent(
                    .reloadFailed,
                    ["reason": "cannot_boot", "slot": 0, "failed_generation": 2, "failures": 3]
                )
                try server.waitForEvent(
                    .workerBootFailed,
                    ["slot": 0, "reason": Containing("out of luck")]
                )
                try #expect(Set(before) == Set(server.waitForWorkers(3)))
                let tally = load.stop()
                #expect(tally.lost == 0)
                #expect(tally.generations == [1])
                try server.reload("")
                try server.waitForEvent(.reloadCompleted, ["generation": 3])
                try #expect(server.identify().generation == 3)
            }
        }

        /// Scenario 24: a stop in the middle of a reload, and of a boot, ends cleanly.
        @Test func stopsInTheMiddleOfAReload() throws {
            try Server.run(ServerSetup(workers: 3)) { server in
                try server.reload("env = { BOOT_WAIT_FOR = \"never\" }")
                try server.waitForEvent(.reloadStarted, ["workers": 3])
                try wait(until: "a worker that boots") { server.workers.count == 4 }
                try #expect(server.status(of: "/pid") == 200)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// A request that takes long is finished by the old worker: scenario 34.
        @Test func finishesALongRequestInTheOldWorker() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                let gate = Gate(server: server, name: "long")
                let client = try gate.enter()
                try server.reload()
                let worker = try #require(gate.worker)
                try server.waitForEvent(
                    .workerRetired,
                    ["worker_pid": worker, "reason": "replaced"]
                )
                try gate.open()
                let identity = WorkerIdentity(try client.reply().text)
                #expect(identity?.process == worker)
                #expect(identity?.generation == 1)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                try server.waitForWorkers(2)
                try #expect(server.identify().generation == 2)
            }
        }

        /// Scenario 23.
        @Test(arguments: [23, 76_601] as [UInt64])
        func survivesAStormOfReloads(seed: UInt64) throws {
            try Server.run(ServerSetup(workers: 4)) { server in
                var random = SeededGenerator(seed: seed)
                try server.waitForWorkers(4)
                let descriptors = try server.settledDescriptorCount()
                for _ in 0..<25 {
                    server.send(SIGHUP)
                    pause(milliseconds: .random(in: 0..<25, using: &random))
                }
                let workers = try server.waitForLastGeneration(workers: 4)
                #expect(server.zombies == [])
                try server.waitForDescriptors(descriptors)
                var answering: Set<pid_t> = []
                try wait(until: "an answer of each worker") {
                    let worker = try server.identify()
                    #expect(worker.generation == server.lastGeneration)
                    answering.insert(worker.process)
                    return answering.count == 4
                }
                #expect(answering == Set(workers))
            }
        }

        /// Scenario 37, and what a worker holds of its arbiter's and its siblings': nothing.
        @Test func leaksNoDescriptorOverFiftyReloads() throws {
            let setup = ServerSetup(
                workers: 2,
                settings: "pidfile = \"server.pid\"\naccesslog = \"access.log\"",
                bind: ["127.0.0.1:0", "unix:server.sock"]
            )
            try Server.run(setup) { server in
                let before = try server.settledDescriptorCount()
                let held = try server.waitForWorkers(2).map(ProcessTable.descriptors(of:))
                for generation in 2...51 {
                    server.send(SIGHUP)
                    try server.waitForEvent(.reloadCompleted, ["generation": generation])
                }
                try server.waitForDescriptors(before)
                let after = try server.waitForWorkers(2).map(ProcessTable.descriptors(of:))
                #expect(after.map(\.count) == held.map(\.count))
                for descriptors in after {
                    #expect(descriptors.values.count { $0.hasPrefix("pipe:") } == 1)
                    #expect(!descriptors.values.contains { $0.hasSuffix(".pid") })
                }
                let pipes = after.flatMap { $0.values.filter { $0.hasPrefix("pipe:") } }
                #expect(Set(pipes).count == 2)
            }
        }
    }
}

extension Server {
    /// The sockets of the arbiter, by their inodes; it has no others than its listeners.
    var listeningSockets: [String] {
        let listening = Self.listeningInodes
        return ProcessTable.descriptors(of: arbiter).values.filter { listening.contains($0) }
    }

    /// All sockets of the machine that accept connections, as links of descriptors name them.
    private static var listeningInodes: Set<String> {
        func inodes(_ file: String, _ isListening: ([Substring]) -> Bool, at column: Int)
            -> [String]
        {
            ProcessTable.text(of: "/proc/net/\(file)").split(separator: "\n").dropFirst()
                .map { $0.split(separator: " ") }
                .filter { $0.count > column && isListening($0) }
                .map { "socket:[\($0[column])]" }
        }
        let tcp = inodes("tcp", { $0[3] == "0A" }, at: 9) + inodes("tcp6", { $0[3] == "0A" }, at: 9)
        return Set(tcp + inodes("unix", { $0[3] == "00010000" }, at: 6))
    }

    /// The number of the generation that the last reload has begun.
    var lastGeneration: Int? {
        records(.reloadStarted).last?.number("generation")
    }

    /// How many descriptors the arbiter has once it has nothing more to do.
    func settledDescriptorCount() throws -> Int {
        try waitForWorkers(setup.workers)
        return ProcessTable.descriptors(of: arbiter).count
    }

    /// Waits until the arbiter has the given number of open descriptors: those of a process that has ended are
    /// closed a moment later.
    func waitForDescriptors(_ count: Int) throws {
        try wait(until: "\(count) descriptors of the arbiter") {
            try settledDescriptorCount() == count
        }
    }

    /// Waits until all reloads that were asked for are done.
    func waitForLastGeneration(workers count: Int) throws -> [pid_t] {
        // It has begun the last one then.
        try waitForArbiter()
        try wait(until: "the last reload") {
            guard let last = lastGeneration else { return false }
            return self.count(.reloadCompleted, ["generation": last]) == 1
        }
        return try waitForWorkers(count)
    }
}
