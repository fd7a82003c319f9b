// A running server as a test sees it: its processes, its log, its addresses.
//
// Invariant: when `Server.run` returns, no process, socket file or pidfile of the server is left,
// and its log holds no error that the test did not announce.

import ForktailValues
import Glibc
import Testing

final class Server {
    let directory: TemporaryDirectory
    let process: ChildProcess
    let setup: ServerSetup
    /// Whether the messages of traps are meant to be in the log.
    private var expectsTraps = false
    /// The events of error lines that are meant to be in the log.
    private var announcedEvents: [(LogEvent, [String: any LogValue])] = []
    /// The lines of the log that were read so far.
    private var knownRecords: [LogRecord] = []
    /// How the arbiter must end.
    var expectedEnding = ChildProcess.Ending.exited(0)
    /// Whether the arbiter is killed and can't tidy up.
    var leavesFiles = false
    /// The arbiter that an upgrade has put in the first one's place.
    var successor: pid_t?

    /// Starts a server, and waits until it serves.
    init(_ setup: ServerSetup, in directory: TemporaryDirectory? = nil) throws {
        self.setup = setup
        self.directory = try directory ?? TemporaryDirectory()
        try self.directory.write(setup.configuration(in: self.directory), to: "forktail.toml")
        process = try ChildProcess(setup.command(in: self.directory))
    }

    /// Runs a test with a server that serves, stops it, and looks for what it left.
    static func run(
        _ setup: ServerSetup = ServerSetup(),
        in directory: TemporaryDirectory? = nil,
        _ body: (Server) throws -> Void
    ) throws {
        let server = try Server(setup, in: directory)
        do {
            try server.waitUntilServing()
            try body(server)
            try server.finish()
        } catch {
            server.killWhatIsLeft()
            Issue.record("\(error)\n--- log of the server:\n\(server.log)")
        }
    }

    /// The arbiter's process.
    var arbiter: pid_t {
        if let successor { return successor }
        guard setup.wrapperForks else { return process.pid }
        return ProcessTable.children(of: process.pid).first?.process ?? 0
    }

    /// The addresses in the order of the log.
    var addresses: [Address] {
        records(.listening).compactMap { Address(url: $0.text("address")[...]) }
    }

    /// The first address.
    var address: Address { addresses.first ?? .tcp(port: 1) }

    /// The living children of the arbiter, without its successor in an upgrade.
    var workers: [pid_t] { workers(of: arbiter) }

    func workers(of arbiter: pid_t) -> [pid_t] {
        let successor = newArbiter
        return ProcessTable.children(of: arbiter)
            .filter {
                $0.state != "Z" && $0.process != successor && !others.contains($0.process)
            }
            .map(\.process)
    }

    /// The children that wait to be reaped.
    var zombies: [pid_t] {
        ProcessTable.children(of: arbiter).filter { $0.state == "Z" }.map(\.process)
    }

    func get(_ path: String, timeout: Duration = longestWait) throws -> Reply {
        try Client.get(path, at: address, timeout: timeout)
    }

    /// The status of an answer.
    func status(of path: String, at address: Address? = nil) throws -> Int {
        try Client.get(path, at: address ?? self.address).status
    }

    /// The worker that answers a request.
    func identify() throws -> WorkerIdentity {
        let reply = try get("/pid")
        guard let worker = WorkerIdentity(reply.text) else {
            throw TestFailure("no worker's name: \(reply.status) \(reply.text)")
        }
        return worker
    }

    func send(_ signal: Int32) {
        let arbiter = arbiter
        if arbiter > 1 { kill(arbiter, signal) }
    }

    /// Writes new settings and sends SIGHUP.
    func reload(workers: Int? = nil, _ settings: String? = nil, bind: [String]? = nil) throws {
        try directory.write(
            setup.configuration(in: directory, workers: workers, settings: settings, bind: bind),
            to: "forktail.toml"
        )
        send(SIGHUP)
    }
}

extension Server {
    /// Standard error, which is the log unless the settings say otherwise.
    var log: String { directory.text(of: "stderr") }

    var logLines: [Substring] { directory.lines(of: "stderr") }

    /// Waits until the access log has that many lines, which are written once an answer is sent.
    func waitForAccessLines(_ count: Int) throws -> [String] {
        try eventually("\(count) lines in the access log") {
            let lines = directory.lines(of: "access.log")
            return lines.count >= count ? lines.map(String.init) : nil
        }
    }

    /// All whole lines of the log.
    var records: [LogRecord] {
        let lines = log.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        knownRecords += lines.dropFirst(knownRecords.count).map { LogRecord($0) }
        return knownRecords
    }

    /// The lines about something, with values of some fields.
    func records(_ event: LogEvent, _ fields: [String: any LogValue] = [:]) -> [LogRecord] {
        records.filter { $0.matches(event, fields) }
    }

    /// How many lines are about something, with values of some fields.
    func count(_ event: LogEvent, _ fields: [String: any LogValue] = [:]) -> Int {
        records(event, fields).count
    }

    /// Waits for a number of lines about something, and returns the last of them.
    @discardableResult
    func waitForEvent(
        _ event: LogEvent,
        _ fields: [String: any LogValue] = [:],
        count: Int = 1,
        within limit: Duration? = nil
    ) throws -> LogRecord {
        let what = "\(count) × \(event.rawValue) \(fields) in the log"
        return try eventually(what, within: limit ?? setup.longestWait) {
            let found = records(event, fields)
            return found.count >= count ? found.last : nil
        }
    }

    /// Waits for a line that a function looks for.
    @discardableResult
    func waitForRecord(
        _ what: String,
        where isWanted: (LogRecord) -> Bool
    ) throws -> LogRecord {
        try eventually(what, within: setup.longestWait) { records.first(where: isWanted) }
    }

    /// Waits until exactly that many workers live, all of them ready, and none waits to be reaped.
    @discardableResult
    func waitForWorkers(
        _ count: Int,
        of arbiter: pid_t? = nil,
        within limit: Duration? = nil
    ) throws -> [pid_t] {
        try eventually("\(count) ready workers", within: limit ?? setup.longestWait) {
            let successor = newArbiter
            let children = ProcessTable.children(of: arbiter ?? self.arbiter)
                .filter { $0.process != successor && !isDescendant($0.process) }
                .filter { !others.contains($0.process) }
            guard children.count == count, children.allSatisfy({ $0.state != "Z" }) else {
                return nil
            }
            let workers = children.map(\.process)
            return Set(workers).isSubset(of: readyWorkers) ? workers : nil
        }
    }

    /// The children of an arbiter that are no workers: observers, and processes that fork workers.
    private var others: Set<pid_t> {
        let loaders = records(.applicationLoaded).compactMap { $0.number("process") }
        return observers.union(loaders.map { pid_t($0) })
    }

    /// All observers that were ever started, by the log.
    var observers: Set<pid_t> {
        Set(
            records(.observerStarted).compactMap { record in
                pid_t(record.number("observer_pid") ?? 0)
            }
        )
    }

    /// Whether a child of the arbiter is one that a worker has left to it.
    private func isDescendant(_ process: pid_t) -> Bool {
        setup.hasDaemons && !readyWorkers.contains(process)
    }

    /// All workers that have ever been ready, by the log.
    private var readyWorkers: Set<pid_t> {
        Set(records(.workerReady).compactMap(\.worker))
    }

    /// Announces lines about something that would else be taken for a failure.
    func expectErrors(_ events: LogEvent...) {
        announcedEvents += events.map { ($0, [:]) }
        // The traceback, in a line of its own.
        if !WorkerKind.isSwift, events.contains(.workerBootFailed) { expectErrors(.application) }
    }

    /// Announces lines about something, with values of some fields.
    func expectErrors(_ event: LogEvent, _ fields: [String: any LogValue]) {
        announcedEvents.append((event, fields))
    }

    /// Announces deaths by a signal; without one also the messages of the traps that cause them.
    func expectDeaths(by signal: String? = nil) {
        let value: any LogValue = signal ?? Containing("SIG")
        expectErrors(.workerExited, ["signal": value])
        if signal == nil { expectsTraps = true }
    }

    /// Waits until a worker has accepted the connection of a client and read all that was sent on it.
    func waitUntilRead(_ client: Client) throws {
        guard let own = address.port else { throw TestFailure("no TCP address") }
        let port = client.port
        try wait(until: "what was sent from port \(port) to be read", within: setup.longestWait) {
            ProcessTable.hasRead(at: own, from: port)
        }
    }

    func waitUntilServing() throws {
        let what = "a server that listens and has \(setup.readyWorkers) ready workers"
        try wait(until: what, within: setup.longestWait) {
            if let ending = process.poll() { throw TestFailure("the server ended: \(ending)") }
            return addresses.count >= setup.bind.count
                && count(.workerReady) >= setup.readyWorkers
        }
    }

    /// Stops the server, unless the test has, and checks that nothing is left of it.
    func finish() throws {
        if !leavesFiles { stop() }
        let ending = try process.waitForEnd(within: setup.longestWait)
        #expect(ending == expectedEnding)
        try wait(until: "the end of all processes of the server") {
            ProcessTable.processes(workingIn: directory.path).isEmpty
        }
        if !leavesFiles {
            let left = directory.names.filter { $0.hasSuffix(".sock") || $0.hasSuffix(".pid") }
            #expect(left == [], "files are left")
        }
        let errors = records.filter(isUnexpectedError).map(\.line)
        #expect(errors == [], "the log holds errors")
        let unknown = records.filter { !LogManual.knows($0) }.map(\.line)
        #expect(unknown == [], "the manual's table lacks an event or a field")
    }

    private func stop() {
        process.send(SIGTERM)
        if let successor, ProcessTable.isAlive(successor) { kill(successor, SIGTERM) }
    }

    private func isUnexpectedError(_ record: LogRecord) -> Bool {
        if record.event == nil, record.line.contains("Fatal error") { return !expectsTraps }
        // The workers of an arbiter that the test has killed say so.
        if record.event == .arbiterLost, expectedEnding == .signaled(SIGKILL) { return false }
        return record.isError && !announcedEvents.contains { record.matches($0, $1) }
    }

    private func killWhatIsLeft() {
        process.send(SIGKILL)
        for process in ProcessTable.processes(workingIn: directory.path) where process > 1 {
            kill(process, SIGKILL)
        }
        _ = try? process.waitForEnd()
    }
}
