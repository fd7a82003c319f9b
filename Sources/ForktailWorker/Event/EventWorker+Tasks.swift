import ForktailConnection
import ForktailHTTP
import ForktailSystem

/// The asynchronous application of a worker, and the loop of its tasks.
final class AsyncHandlers: Sendable {
    let application: any AsyncApplication
    let handler: RequestHandler
    let loop: TaskLoop

    init(_ application: any AsyncApplication, _ handler: RequestHandler, _ loop: TaskLoop) {
        self.application = application
        self.handler = handler
        self.loop = loop
    }
}

/// Handlers that are tasks.
///
/// A handler that never waits is done within `start`. One that waits leaves its connection in the
/// state `suspended` of the machine, and its jobs run once per turn of the loop.
extension EventWorker {
    /// The loop of tasks, which is made where there is none.
    func makeTaskLoop() throws(Errno) -> TaskLoop {
        if let taskLoop { return taskLoop }
        let loop = try TaskLoop.ofThread()
        for number in loop.descriptors {
            try poll.add(number, .input, key: Self.key(ofOther: number))
        }
        taskLoop = loop
        return loop
    }

    /// Handles an event of one of the loop's descriptors.
    func handleTasks(_ key: UInt64) {
        guard let taskLoop,
            let number = taskLoop.descriptors.first(where: { key == Self.key(ofOther: $0) })
        else { return }
        taskLoop.handle(number)
    }

    /// Runs the jobs that are due, and continues the connections whose tasks have ended.
    func run(_ loop: TaskLoop) {
        for _ in 0..<Self.roundsPerTurn {
            loop.run(at: now) { parts.heartbeat.beat(at: .now()) }
            while let task = loop.takeReport() { take(task) }
            if !loop.isBusy { return }
        }
    }

    /// How often the jobs that other jobs have made run before the loop looks at its connections.
    private static let roundsPerTurn = 16

    /// Starts the handler of an exchange.
    func start(
        _ handlers: AsyncHandlers,
        _ exchange: Exchange,
        on connection: ClientConnection
    ) -> ConnectionMachine.Step? {
        guard let request = exchange.request else { preconditionFailure("no request") }
        let start = Instant.now()
        exchange.noteHandler(at: start)
        parts.heartbeat.beat(at: start)
        if let response = parts.handler.frontResponse(to: request) {
            return respond(on: connection, exchange) { () throws(BodyError) in response }
        }
        let task = makeTask(on: handlers.loop, request, exchange, connection)
        return proceed(with: task, after: task.respond(by: handlers), on: connection)
    }

    /// Asks the sequence of a response for its next piece.
    func pull(for connection: ClientConnection) -> ConnectionMachine.Step? {
        let exchange = connection.exchange
        guard let sequence = exchange.sequence, let request = exchange.request else {
            preconditionFailure("a step that blocks")
        }
        do throws(Errno) {
            let task = makeTask(on: try makeTaskLoop(), request, exchange, connection)
            return proceed(with: task, after: task.pull(from: sequence), on: connection)
        } catch {
            return io.handle(.streamFailed("no loop of tasks: \(error)"), on: connection)
        }
    }

    private func makeTask(
        on loop: TaskLoop,
        _ request: Request,
        _ exchange: Exchange,
        _ connection: ClientConnection
    ) -> RequestTask {
        let task = spareTask.take() ?? RequestTask(on: loop, notingIn: parts.context.score)
        task.prepare(request, of: exchange, connection.ticket)
        connection.task = task
        return task
    }

    /// The first part of a task is over.
    private func proceed(
        with task: RequestTask,
        after outcome: consuming RequestTask.Outcome?,
        on connection: ClientConnection
    ) -> ConnectionMachine.Step? {
        guard let outcome else { return suspendOrRead(connection) }
        let step = end(outcome, of: connection)
        // One that never waits does what comes next, too.
        task.clear()
        spareTask = task
        return step
    }

    /// The task of a connection waits, perhaps for its body.
    private func suspendOrRead(_ connection: ClientConnection) -> ConnectionMachine.Step? {
        if let step = connection.body?.takeStep() { return step }
        suspend(connection)
        return nil
    }

    private func suspend(_ connection: ClientConnection) {
        _ = io.handle(.suspended, on: connection)
        // Its event has come before, and comes only once.
        if connection.transport.hasEnded { _ = io.handle(.ended, on: connection) }
    }

    /// The task of a connection has ended.
    private func end(
        _ outcome: consuming RequestTask.Outcome,
        of connection: ClientConnection
    ) -> ConnectionMachine.Step {
        release(connection)
        switch consume outcome {
        case .responded: return io.handle(.responded(mayKeep: mayKeep), on: connection)
        case .bodyFailed(let error): return io.handle(.bodyFailed(error), on: connection)
        case .piece(let piece):
            return io.handle(.piece(piece, isHalfClosed: false), on: connection)
        case .streamFailed(let error):
            return io.handle(.streamFailed("\(error)"), on: connection)
        case .cancelled: return io.handle(.taskCancelled, on: connection)
        }
    }

    private func take(_ task: RequestTask) {
        guard let ticket = task.ticket, let connection = connections[ticket.key],
            connection.task === task, let outcome = task.takeOutcome()
        else { return }
        drive(connection, end(outcome, of: connection))
    }

    /// Whether the client of a connection whose task waits has ended its side.
    func hasLeft(_ connection: ClientConnection) -> Bool {
        connection.task != nil && connection.transport.isHalfClosed
    }

    /// Gives up the task of a connection that does not wait for it any more.
    func abandonTask(of connection: ClientConnection) {
        guard let task = connection.task, !connection.machine.hasTask else { return }
        task.abandon()
        release(connection)
    }

    private func release(_ connection: ClientConnection) {
        connection.task = nil
        connection.body?.deliver(.failure(.truncated))
        connection.body = nil
    }

    // MARK: Bodies that are received while their handler runs

    /// Runs the handler of a request whose body is large, which is received while its task reads it.
    func readBody(_ loop: TaskLoop, _ connection: ClientConnection) -> ConnectionMachine.Step {
        let body = TaskBody(self, connection, loop)
        connection.body = body
        return io.handle(.threadGranted(body), on: connection)
    }

    /// A task waits for bytes of its request.
    func noteReader(of connection: ClientConnection) {
        // The first part of a task runs within a step, which continues with it.
        guard connection.task?.isWaiting == true, let step = connection.body?.takeStep() else {
            return
        }
        drive(connection, step)
    }

    /// A task that continues has read bytes of its body.
    ///
    /// In its first part the task is not known to wait yet; the loop notes that at its end.
    func noteRead(of connection: ClientConnection) {
        guard connection.task?.isWaiting == true else { return }
        suspend(connection)
        settle(connection)
    }

    func giveBody(to connection: ClientConnection) {
        let result = Result { () throws(BodyError) in try connection.exchange.takePiece() }
        suspend(connection)
        connection.body?.deliver(result)
    }
}
