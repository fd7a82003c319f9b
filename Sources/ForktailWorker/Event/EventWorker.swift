// Waits for many connections at once in one loop, and keeps them from request to request: the
// worker class `event`.
//
// Invariant: nothing on the loop waits for a client. What a client has not sent yet is not asked for,
// what it does not take is kept, and each connection has a deadline at all times. Only the
// application's own code can hold the loop, and with `threads` not even that.

import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

final class EventWorker {
    let parts: WorkerParts
    let rules: IntakeRules
    let poll: EventPoll
    let alarm: LoopAlarm
    let scratch = ReceiveBuffer(size: 65_536)
    let finished = Mailbox<Completion>()
    let pool: HandlerPool?
    let encoder = ResponseEncoder()
    var date = DateField()
    var head = ByteBuffer()
    var connections: ConnectionTable
    /// Intakes that nobody uses.
    var intakes: [Intake] = []
    /// When a buffer was freed last that only a rush of requests, or a large one, needs.
    var freedMuch: Instant?
    /// Connections that have more to do than one turn should take.
    var unfinished: [EventConnection] = []
    var gate = Gate.closed
    /// How many connections there were when others were given the time to take the next ones.
    var countAtRest = 0
    /// When to look at the listeners without having been told of a connection.
    var nextLook: Instant
    /// When somebody was last left to wait because there was no room.
    var leftWaiting = Instant.now()
    /// Whether the log says already that the machine has run out of something.
    var isStarved = false
    var budget: RequestBudget
    var isStopping = false
    /// The work of a thread whose request the scoreboard names.
    var shownJob: HandlerJob?
    /// How many threads read large bodies.
    var bodyThreads = 0
    /// The time at which the turn of the loop began.
    var now = Instant.now()

    init(_ parts: WorkerParts) throws {
        self.parts = parts
        rules = IntakeRules(parts.context.configuration)
        budget = RequestBudget(parts.context.configuration)
        connections = ConnectionTable(at: now)
        nextLook = now + parts.heartbeat.interval
        poll = try EventPoll(limit: 128)
        alarm = try LoopAlarm()
        try poll.add(alarm.number, .input)
        let threads = parts.context.configuration.threads
        pool =
            threads == 0
            ? nil
            : try HandlerPool(
                threads: threads,
                handler: parts.handler,
                finished: finished,
                alarm: alarm
            )
        allowConnections()
        try parts.installSignals(waking: alarm.number)
    }

    /// Makes room for as many descriptors as there may be connections.
    private func allowConnections() {
        let wanted = configuration.workerConnections + Self.otherFiles
        // A limit that can't be asked for shows in the calls that it lets fail.
        guard let limit = try? Restrictions.allowOpenFiles(wanted), limit < wanted else { return }
        parts.context.logger.warning(
            "worker \(parts.context.slot) may have \(limit) files open, too few for the "
                + "\(configuration.workerConnections) of worker_connections; raise the limit "
                + "(ulimit -Hn, LimitNOFILE= of systemd, limit_open_files), or lower the setting"
        )
    }

    /// How many descriptors are for what is no connection: listeners, logs, the application's own.
    private static let otherFiles = 64

    var configuration: Configuration { parts.context.configuration }

    /// Serves until a stop was asked for and everybody has been answered.
    func serve() {
        openGate()
        parts.heartbeat.reportReady()
        while !isFinished {
            turn()
        }
        if WorkerSignals.stop == .quick { cutAnswers() }
    }

    private func turn() {
        let count = wait()
        CrashHandler.stopWhereOneIsUnderWay()
        now = .now()
        parts.heartbeat.beat(at: now)
        parts.logs.reopenIfAsked()
        releaseMemory()
        for index in 0..<count {
            notice(poll[index])
        }
        takeCompletions()
        continueUnfinished()
        for number in connections.timers.takeDue(at: now) {
            if let connection = connections[number] { expire(connection) }
        }
        noteStop()
        openGateAgain()
        tellCount()
        lookAgain()
    }

    private func wait() -> Int {
        let limit = unfinished.isEmpty ? longestWait : .zero
        let timeout = connections.timers.wait(at: now, atMost: limit)
        do throws(Errno) {
            return try poll.wait(timeout: timeout)
        } catch {
            parts.context.logger.critical(
                "worker \(parts.context.slot) can't wait for connections: \(error)"
            )
            Process.leave(71)
        }
    }

    /// Has the allocator give back what it keeps for the next rush of requests, once one is over.
    private func releaseMemory() {
        guard let freedMuch, now - freedMuch >= parts.heartbeat.interval else { return }
        self.freedMuch = nil
        ProcessMemory.release()
    }

    private func notice(_ ready: EventPoll.Ready) {
        if let connection = connections[Int(ready.descriptor)] {
            if ready.isReadable { connection.isReadable = true }
            if ready.hasEnded { connection.hasEnded = true }
            advance(connection)
        } else if ready.descriptor == alarm.number {
            alarm.silence()
        } else if parts.listeners.contains(ready.descriptor) {
            accept(from: ready.descriptor)
        }
    }

    private func continueUnfinished() {
        guard !unfinished.isEmpty else { return }
        let connections = unfinished
        unfinished = []
        for connection in connections {
            connection.isUnfinished = false
            advance(connection)
        }
    }

    /// Goes on with a connection in the next turn.
    func postpone(_ connection: EventConnection) {
        // Once is enough: twice in the list would be twice its share.
        guard !connection.isUnfinished else { return }
        connection.isUnfinished = true
        unfinished.append(connection)
    }

    /// Does what can be done on a connection without waiting, but not more than is fair.
    func advance(_ connection: EventConnection) {
        for _ in 0..<Self.fairShare {
            switch connection.phase {
            case .receiving:
                guard receive(connection) else { return }
            case .sending(let output):
                guard flush(output, to: connection) else { return }
            case .lingering:
                return forgetInput(of: connection)
            case .answering, .queued, .detached, .closed:
                return
            }
        }
        if case .sending = connection.phase { renewWriteTime(of: connection) }
        postpone(connection)
    }

    /// How many requests, or pieces of an answer, a connection has in one turn.
    static let fairShare = 16

    /// Has the loop wait for a connection.
    func watch(_ connection: EventConnection, _ interest: EventPoll.Interest = .edges) {
        guard connection.interest != interest, connection.interest != .edgesAndRoom else { return }
        do throws(Errno) {
            if connection.interest == nil {
                try poll.add(connection.number, interest)
            } else {
                try poll.change(connection.number, to: interest)
            }
            connection.interest = interest
        } catch {
            parts.context.logger.error("a connection is closed: epoll_ctl: \(error)")
            close(connection)
        }
    }

    /// Closes a connection at once.
    func close(_ connection: EventConnection) {
        switch connection.phase {
        case .closed:
            return
        case .detached:
            // A thread holds on to the descriptor; the client still learns that this is the end.
            try? connection.descriptor.descriptor.endBoth()
        case .receiving, .answering, .sending, .queued, .lingering:
            break
        }
        connection.phase = .closed
        CrashHandler.close(connection.number)
        connections.remove(connection)
        giveBackIntake(of: connection)
    }
}
