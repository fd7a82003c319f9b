// Waits for many connections at once in one loop, and keeps them from request to request: the
// worker class `event`.
//
// Invariant: the loop never waits for a client. It receives what is there and sends what the socket
// takes; each connection has a deadline. Only the application's own code can hold the loop, and with
// `threads` not even that.

import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem

final class EventWorker {
    let parts: WorkerParts
    let io: ConnectionIO
    let poll: EventPoll
    let waker: LoopWaker
    var connections: ConnectionTable
    var acceptState = AcceptState.full
    /// How many connections there were when accepting was last backed off.
    var countAtBackOff = 0
    /// When a connection was last left in the backlog because the table was full.
    var lastRefusal = Instant.now()
    /// Whether the log says already that the system has run out of something.
    var isStarved = false
    var threads = DelegatedThreads()
    /// What runs the handlers.
    private enum Runner {
        /// The loop itself.
        case loop
        case threads(ThreadPool)
        /// Tasks on the loop.
        case tasks(AsyncHandlers)
    }

    /// What runs tasks; nil where nothing has needed one.
    var taskLoop: TaskLoop?
    /// A task that is over, for the next request.
    var spareTask: RequestTask?

    private let runner: Runner
    let delegates: ThreadPool
    private let finished = Mailbox<Completion>()
    /// The connections that wait to begin their handshake.
    var handshakes: HandshakeQueue
    /// How many handshakes may still be continued in this turn of the loop.
    var handshakesLeft = EventWorker.handshakesPerTurn
    /// Connections with more to do than one turn should take, and what that is.
    private var postponed: [(ClientConnection, ConnectionMachine.Step)] = []
    /// When to register the listeners again.
    private var nextRegistration: Instant
    private var budget: RequestBudget
    /// Whether the scoreboard shows requests that are not finished.
    var showsRunning = false
    /// The request of a thread that the scoreboard shows.
    private var shownJob: HandlerJob?
    /// How many requests the threads have that have not come back.
    private var jobs = 0
    /// Threads that end what a handler has left behind its response, and since when.
    private var endings: [(job: HandlerJob, since: Instant)] = []

    init(_ parts: WorkerParts) throws {
        self.parts = parts
        let configuration = parts.context.configuration
        let rules = ConnectionRules(configuration)
        let logger = parts.context.logger
        io = ConnectionIO(
            Workspace(rules, mayBlock: false, endsAtOnce: true),
            logger: logger,
            score: parts.context.score
        )
        budget = RequestBudget(configuration)
        handshakes = HandshakeQueue(limit: configuration.limitHandshakes)
        connections = ConnectionTable(at: io.now)
        nextRegistration = io.now + parts.heartbeat.interval
        poll = try EventPoll(limit: 128)
        waker = try LoopWaker()
        try poll.add(waker.number, .input, key: Self.key(ofOther: waker.number))
        let makeIO: @Sendable () -> ConnectionIO = {
            ConnectionIO(Workspace(rules, mayBlock: true, endsAtOnce: false), logger: logger)
        }
        delegates = ThreadPool(
            kept: DelegatedThreads.limit(parts.handler, configuration),
            isBackground: true,
            makeIO: makeIO
        )
        if configuration.handlerThreads > 0 {
            let pool = ThreadPool(kept: .max, isBackground: false, makeIO: makeIO)
            try Self.start(configuration.handlerThreads, in: pool)
            runner = .threads(pool)
        } else if let application = parts.handler.asyncApplication {
            let loop = try TaskLoop.ofThread()
            runner = .tasks(AsyncHandlers(application, parts.handler, loop))
        } else {
            runner = .loop
        }
        if parts.handler.asyncApplication != nil { _ = try makeTaskLoop() }
        raiseFileLimit()
        try parts.installSignals(waking: waker.number)
    }

    /// Starts the threads of handlers.
    private static func start(_ count: Int, in pool: ThreadPool) throws(BootError) {
        for number in 1...count {
            do throws(Errno) {
                try pool.addThread()
            } catch {
                throw BootError(
                    description: "thread \(number) of \(count) can't be started: \(error)"
                        + error.limitAdvice
                )
            }
        }
    }

    /// The threads of handlers; nil where the loop runs them.
    private var handlers: ThreadPool? {
        if case .threads(let pool) = runner { pool } else { nil }
    }

    var configuration: Configuration { parts.context.configuration }

    /// The time at which the turn of the loop began.
    var now: Instant { io.now }

    /// Makes room for as many descriptors as there may be connections.
    private func raiseFileLimit() {
        let wanted = configuration.workerConnections + Self.otherFiles
        // A limit that can't be read shows in the calls that it makes fail.
        guard let limit = try? Restrictions.allowOpenFiles(wanted), limit < wanted else { return }
        parts.context.logger.warning(
            .fileLimitLow,
            "\(parts.context.title) may have \(limit) files open, too few for the "
                + "\(configuration.workerConnections) of worker_connections; raise the limit "
                + "(ulimit -Hn, LimitNOFILE= of systemd, limit_open_files), or lower the setting",
            parts.context.slotFields + [LogField("limit", limit)]
        )
    }

    /// How many descriptors are kept for listeners, logs, and the application's own.
    private static let otherFiles = 64

    /// The key of the events of a descriptor that is no connection.
    static func key(ofOther descriptor: CInt) -> UInt64 { 1 << 63 | UInt64(descriptor) }

    // MARK: The loop

    /// Serves until a stop was requested and every connection is done.
    func serve() {
        startAccepting()
        parts.heartbeat.reportReady()
        ProcessMemory.releaseCode()
        while !isFinished {
            turn()
        }
        if WorkerSignals.stop == .quick { cutResponses() }
    }

    private func turn() {
        let count = wait()
        CrashHandler.stopWhereOneIsUnderWay()
        io.updateTime()
        let isDue = parts.heartbeat.beat(at: now, ahead: .zero)
        parts.logs.reopenIfAsked()
        if isDue {
            parts.logs.files.reportLosses()
            parts.everyBeat?()
            showRunning()
        }
        releaseMemory()
        parts.context.score.tell(waiting: handlers == nil ? max(0, count - 1) : waitingJobs)
        handshakesLeft = Self.handshakesPerTurn
        for index in 0..<count { handle(poll[index]) }
        continuePostponed()
        for connection in connections.takeDue(at: now) { expire(connection) }
        if let taskLoop { run(taskLoop) }
        checkEndings()
        noteStop()
        beginWaitingHandshakes()
        startDelegations()
        showOldestJob()
        resumeAccepting()
        publishCount()
        registerListenersAnew()
    }

    private func wait() -> Int {
        var limit = postponed.isEmpty ? longestWait : .zero
        if let taskLoop { limit = taskLoop.timeToNext(at: now, atMost: limit) }
        let timeout = connections.timeToDeadline(at: now, atMost: limit)
        do throws(Errno) {
            return try poll.wait(timeout: timeout)
        } catch {
            parts.context.logger.critical(
                .pollFailed,
                "\(parts.context.title) can't wait for connections: \(error)",
                parts.context.slotFields + [LogField("reason", "\(error)")]
            )
            Process.leave(.systemError)
        }
    }

    /// Gives memory back to the system once a rush of requests is over.
    private func releaseMemory() {
        guard let last = io.workspace.lastLargeRelease,
            now - last >= parts.heartbeat.interval
        else { return }
        io.workspace.lastLargeRelease = nil
        ProcessMemory.release()
    }

    private func handle(_ ready: EventPoll.Ready) {
        if let connection = connections[ready.key] {
            // From before a thread got it; the loop looks for input when it takes it back.
            guard connection.delegation == nil else { return }
            connection.transport.note(ready)
            if !connection.isPostponed { resume(connection) }
        } else if ready.key == Self.key(ofOther: waker.number) {
            waker.clear()
            takeCompletions()
        } else if let listener = parts.listeners.first(where: {
            ready.key == Self.key(ofOther: $0)
        }) {
            accept(from: listener)
        } else {
            handleTasks(ready.key)
        }
    }

    /// Registers the listeners again once per heartbeat interval.
    ///
    /// The kernel wakes one worker for a connection, and no other if that one is stopped or killed
    /// before it has accepted it.
    private func registerListenersAnew() {
        guard now >= nextRegistration else { return }
        nextRegistration = now + parts.heartbeat.interval
        parts.listeners.forEach(requeue)
    }

    // MARK: Driving a connection

    /// Continues a connection whose socket may have input or room.
    func resume(_ connection: ClientConnection) {
        guard connection.delegation == nil else { return }
        // A connection that waits for input has nothing else to do.
        if connection.machine.awaitsInput {
            drive(connection, .receive)
        } else {
            drive(connection, io.handle(hasLeft(connection) ? .ended : .resumed, on: connection))
        }
    }

    /// Does steps until one has to wait, or the connection has had its share of this turn.
    func drive(_ connection: ClientConnection, _ first: ConnectionMachine.Step) {
        var step = first
        var rest = Self.maxStepsPerTurn
        while rest > 0 {
            guard let next = perform(step, on: connection, &rest) else {
                return settle(connection)
            }
            step = next
        }
        // Until its turn comes, other connections use the memory that holds what it will send.
        _ = io.handle(.blocked, on: connection)
        connection.isPostponed = true
        postponed.append((connection, step))
        settle(connection)
    }

    /// How many requests, or pieces of a response, a connection has in one turn.
    private static let maxStepsPerTurn = 16

    /// Does a step.
    ///
    /// - Returns: The next one; nil where the connection has to wait, or is closed.
    private func perform(
        _ step: ConnectionMachine.Step,
        on connection: ClientConnection,
        _ rest: inout Int
    ) -> ConnectionMachine.Step? {
        switch step {
        case .receive:
            guard connection.transport.mayHaveInput else { return nil }
            if connection.machine.isEvictable { rest -= 1 }
            return io.receive(from: connection)
        case .handshake:
            return handshake(connection, &rest)
        case .send(let more):
            guard connection.updateCrashMark() else { return .close(reset: false) }
            let next = io.send(more: more, to: connection)
            if more || next == nil { rest -= 1 }
            return next ?? waitForRoom(connection)
        case .sendFile:
            rest -= 1
            return io.sendFile(to: connection) ?? waitForRoom(connection)
        case .run:
            return run(connection.exchange, on: connection)
        case .log:
            log(connection)
            rest -= 1
            return io.handle(.logged, on: connection)
        case .endSending:
            return io.endSending(of: connection)
        case .close(let reset):
            connection.transport.prepareClose(reset: reset)
            connections.remove(connection)
            return nil
        case .delegate:
            if case .tasks(let handlers) = runner, !connection.exchange.hasResponse {
                return readBody(handlers.loop, connection)
            }
            parts.accessLog?.begin(connection.exchange, of: connection)
            startIfTaken(connection)
            return nil
        case .wait:
            return nil
        case .giveBody, .failBody:
            giveBody(to: connection)
            return nil
        case .pull:
            rest -= 1
            return pull(for: connection)
        case .cancel:
            connection.task?.cancel()
            return nil
        case .takeOver:
            preconditionFailure("a step that blocks")
        }
    }

    func waitForRoom(_ connection: ClientConnection) -> ConnectionMachine.Step? {
        // A refusal has not been noted before.
        if let exchange = connection.machine.exchange {
            parts.accessLog?.begin(exchange, of: connection)
        }
        register(connection, .edgesAndRoom)
        return nil
    }

    /// Arranges what the state of a connection asks for.
    @inline(__always)
    func settle(_ connection: ClientConnection) {
        guard !connection.isClosed else { return }
        connections.settle(connection, io.workspace)
        if connection.interest == nil, connection.delegation == nil {
            register(connection, .edges)
        }
    }

    private func register(_ connection: ClientConnection, _ interest: EventPoll.Interest) {
        do throws(Errno) {
            try poll.register(connection, interest)
        } catch {
            parts.reportUnwatched(error)
            close(connection)
        }
    }

    /// Closes a connection at once.
    func close(_ connection: ClientConnection) {
        guard !connection.isClosed else { return }
        var step = io.handle(.aborted, on: connection)
        var rest = Int.max
        while let next = perform(step, on: connection, &rest) { step = next }
        abandonTask(of: connection)
    }

    private func continuePostponed() {
        guard !postponed.isEmpty else { return }
        let connections = postponed
        postponed = []
        handshakesLeft = Self.handshakesPerTurn
        for (connection, step) in connections {
            connection.isPostponed = false
            if !connection.isClosed { drive(connection, step) }
        }
    }

    /// The deadline of a connection has passed, as far as the loop has looked.
    private func expire(_ connection: ClientConnection) {
        if let delegation = connection.delegation { return checkLife(of: delegation, connection) }
        if connection.isPostponed { return }
        if let job = connection.job { return giveUp(job, of: connection) }
        // Input or room since the loop last looked prevents the timeout.
        connection.transport.expectInput()
        resume(connection)
        guard !connection.isClosed, !connection.isPostponed, connection.delegation == nil else {
            return
        }
        drive(connection, io.handle(.deadline, on: connection))
        if connection.task != nil { abandonTask(of: connection) }
    }

    // MARK: Handlers

    private func run(
        _ exchange: Exchange,
        on connection: ClientConnection
    ) -> ConnectionMachine.Step? {
        parts.accessLog?.begin(exchange, of: connection)
        _ = connection.updateCrashMark()
        switch runner {
        case .loop: break
        case .tasks(let handlers): return start(handlers, exchange, on: connection)
        case .threads(let pool):
            submit(exchange, of: connection, to: pool)
            return nil
        }
        guard let request = exchange.request else { preconditionFailure("no request") }
        let start = Instant.now()
        exchange.noteHandler(at: start)
        parts.heartbeat.beat(at: start)
        parts.context.score.begin(request, since: exchange.start)
        CrashHandler.enter(CInt(connection.ticket.index))
        HandledConnection.descriptor = connection.transport.number
        return respond(on: connection, exchange) { () throws(BodyError) in
            defer {
                CrashHandler.leave()
                parts.context.score.endRequest()
            }
            return try parts.handler.response(to: request)
        }
    }

    private func submit(
        _ exchange: Exchange,
        of connection: ClientConnection,
        to pool: ThreadPool
    ) {
        let job = HandlerJob(
            exchange,
            of: connection.ticket,
            handler: parts.handler,
            finish: { [finished, waker] job in
                finished.put(.job(job))
                waker.wake()
            }
        )
        connection.job = job
        jobs += 1
        // The process may die in it before the turn of the loop ends.
        if shownJob == nil { show(job) }
        pool.submit(job)
    }

    func respond(
        on connection: ClientConnection,
        _ exchange: Exchange,
        _ make: () throws(BodyError) -> Response
    ) -> ConnectionMachine.Step {
        io.respond(on: connection, exchange, mayKeep: { mayKeep }, make)
    }

    /// Whether the connection may be kept after the response.
    var mayKeep: Bool { !WorkerSignals.stopIsRequested && !mustMakeRoom }

    private func takeCompletions() {
        for completion in finished.takeAll() {
            switch completion {
            case .job(let job): take(job)
            case .delegation(let delegation): take(delegation)
            }
        }
    }

    private func take(_ job: HandlerJob) {
        let reservation = job.takeReservation()
        guard let connection = connections[job.ticket.key], connection.job === job,
            let result = job.result
        else { return }
        connection.job = nil
        connection.reservation = reservation
        jobs -= 1
        if parts.handler.threadBound != nil, reservation == nil, !job.isOver {
            endings.append((job, since: now))
        }
        if let start = job.start { job.exchange.noteHandler(at: start) }
        let step = respond(on: connection, job.exchange) { () throws(BodyError) in
            try result.get()
        }
        drive(connection, step)
        // It was used, or the response needs no thread.
        connection.reservation = nil
    }

    /// The time of a handler in a thread is over.
    private func giveUp(_ job: HandlerJob, of connection: ClientConnection) {
        let isStuck = job.abandon()
        connection.job = nil
        jobs -= 1
        drive(connection, io.handle(.handlerTimedOut(isStuck: isStuck), on: connection))
        if isStuck { replaceStuckThread() }
    }

    /// Finds the threads whose time is over, although the client has its response.
    private func checkEndings() {
        guard !endings.isEmpty else { return }
        endings.removeAll { $0.job.isOver }
        guard let timeout = configuration.timeout else { return }
        for (job, since) in endings where now - since >= timeout {
            let reason =
                "what the application does after its response exceeded timeout "
                + "(\(timeout.text)); replacing this worker"
            parts.context.logger.error(
                .handlerTimedOut,
                "\(job.request.summary): \(reason)",
                [LogField("reason", reason)] + job.request.logFields
            )
            replaceStuckThread()
        }
        endings.removeAll { now - $0.since >= timeout }
    }

    /// The worker is replaced; until then another thread takes the place of the stuck one.
    ///
    /// - Parameter ofHandler: Whether it is one of those of `threads`.
    func replaceStuckThread(ofHandler: Bool = true) {
        parts.heartbeat.reportStuck()
        parts.handler.threadBound?.noteStuckThread()
        guard ofHandler else { return }
        do throws(Errno) {
            try handlers?.addThread()
        } catch {
            parts.context.logger.warning(
                .threadFailed,
                "no thread for the one that is stuck: \(error)\(error.limitAdvice)",
                parts.context.slotFields + [LogField("reason", "\(error)")]
            )
        }
    }

    /// Writes the oldest request of the threads to the scoreboard, for a worker that is killed.
    ///
    /// If a thread crashes, the crash handler writes that thread's request.
    private func showOldestJob() {
        guard handlers != nil else { return }
        let job = connections.oldest(in: .handling)?.job
        defer { parts.context.score.tell(thread: job?.thread ?? 0) }
        if job !== shownJob { show(job) }
    }

    private func show(_ job: HandlerJob?) {
        shownJob = job
        if let job {
            job.noteShown()
            parts.context.score.begin(job.exchange)
        } else {
            parts.context.score.endRequest()
        }
    }

    /// Whether all threads of handlers are at work; false where the loop runs the handlers.
    var hasNoFreeThread: Bool {
        handlers != nil
            && jobs + endings.count + threads.ofHandlers >= configuration.handlerThreads
    }

    /// How many requests wait for a thread.
    private var waitingJobs: Int { max(0, jobs - configuration.handlerThreads) }

    // MARK: Threads that drive a connection

    /// Called by a thread that is done with a connection.
    var finishDelegation: @Sendable (Delegation) -> Void {
        { [finished, waker] delegation in
            finished.put(.delegation(delegation))
            waker.wake()
        }
    }

    func log(_ connection: ClientConnection) {
        parts.log(connection, at: .now())
        budget.spend(parts.heartbeat)
    }

    // MARK: The end

    /// Begins a requested stop, and drains the queues that end with the arbiter.
    private func noteStop() {
        guard WorkerSignals.stop != .none else { return }
        if io.workspace.stop == nil { beginStop() }
        if WorkerSignals.stop == .drain { acceptQueued() }
    }

    private func beginStop() {
        stopAccepting()
        io.workspace.stop = Workspace.Stop(since: now, WorkerSignals.stop)
        for connection in connections.all { connections.settle(connection, io.workspace) }
    }

    private var isFinished: Bool {
        switch WorkerSignals.stop {
        case .none: false
        case .retire: io.workspace.stop != nil && isIdle
        case .drain: isIdle && io.workspace.stop.map(isDrained) ?? false
        case .quick: true
        }
    }

    private var isIdle: Bool { connections.isEmpty && endings.isEmpty }

    private func isDrained(_ stop: Workspace.Stop) -> Bool {
        parts.ownListeners.isEmpty || now - stop.since >= Workspace.Stop.shortestDrain
    }

    /// Gives up all connections: a response that is not whole ends by a reset, and is logged.
    private func cutResponses() {
        for connection in connections.all {
            if connection.delegation != nil {
                // What its thread has logged or sent is not known here.
                connection.transport.prepareClose(reset: true)
            } else {
                close(connection)
            }
        }
    }
}

extension Workspace.Stop {
    /// How long a worker at least drains the listen queues.
    ///
    /// With TCP_DEFER_ACCEPT a connection enters its queue with its first bytes, a little later than
    /// its client has been told that it is connected.
    static let shortestDrain = Duration.milliseconds(50)

    /// The stop that signals have requested.
    ///
    /// If only this worker leaves, an idle client gets more time: its next request may be in transit.
    init(since now: Instant, _ stop: WorkerSignals.Stop) {
        self.init(since: now, grace: stop == .drain ? .milliseconds(200) : .seconds(2))
    }
}
