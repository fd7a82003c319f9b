import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// The application's answers.
extension EventWorker {
    /// Has the application answer a request.
    func respond(to request: Request, on connection: EventConnection) {
        connection.requests += 1
        let start = connection.intake?.start ?? now
        if request.storage.isHead { CrashHandler.expectHead(on: connection.number) }
        if let pool {
            let job = HandlerJob(.answer, request, since: start, for: connection)
            return submit(job, of: connection, to: pool)
        }
        beginHandling(request, since: start, on: connection)
        let response = parts.handler.response(to: request)
        endHandling()
        answer(request, with: response, since: start, on: connection)
    }

    /// Notes that the application is at work for a request.
    func beginHandling(_ request: Request, since start: Instant, on connection: EventConnection) {
        parts.heartbeat.beat(at: .now())
        parts.context.score.beginRequest(request.storage, since: start)
        CrashHandler.enter(connection.number)
    }

    func endHandling() {
        CrashHandler.leave()
        parts.context.score.endRequest()
    }

    /// Has a thread do work for a connection.
    func submit(_ job: HandlerJob, of connection: EventConnection, to pool: HandlerPool) {
        connection.phase = .answering(job)
        connections.noteAnswering(connection)
        showOldestRequest()
        if let timeout = configuration.timeout {
            connections.timers.set(Int(connection.number), to: now + timeout)
        } else {
            // The client's own time does not run meanwhile.
            connections.timers.remove(Int(connection.number))
        }
        pool.submit(job)
    }

    private func stopAnswering(_ connection: EventConnection) {
        connections.noteBusy(connection)
        showOldestRequest()
    }

    /// Has the scoreboard name the request that threads have had for longest, for a worker that is
    /// killed; where a thread crashes, the crash handler names its own.
    private func showOldestRequest() {
        guard case .answering(let job) = connections.oldestAnswering?.phase else {
            shownJob = nil
            return parts.context.score.endRequest()
        }
        guard shownJob !== job else { return }
        shownJob = job
        parts.context.score.beginRequest(job.request.storage, since: job.start)
    }

    /// Goes on with what threads have done.
    func takeCompletions() {
        for completion in finished.takeAll() {
            switch completion {
            case .job(let job): take(job)
            case .exchange(let exchange): takeBack(exchange)
            }
        }
    }

    private func take(_ job: HandlerJob) {
        guard let connection = job.connection,
            case .answering(let expected) = connection.phase, expected === job
        else { return }
        stopAnswering(connection)
        switch (job.work, job.result) {
        case (.answer, .response(let response)):
            answer(job.request, with: response, since: job.start, on: connection)
        case (.pull(_, let output), .piece(let piece)):
            take(piece, of: output, on: connection)
        case (.pull(_, let output), .failure(let error)):
            fail(output, on: connection, .body("the stream threw \(error)"))
        default:
            preconditionFailure("a job without a result of its kind")
        }
        advance(connection)
    }

    private func answer(
        _ request: Request,
        with response: consuming Response,
        since start: Instant,
        on connection: EventConnection
    ) {
        let exchange = Exchange(to: request, since: start, response: response)
        if exchange.response.takesConnection { return handOver(connection, exchange) }
        connection.persists =
            WorkerSignals.stop == .none && mayPersist(connection, after: request.storage)
            && !hasToMakeRoom
        send(exchange, on: connection)
    }

    /// Whether the client and the settings let another request follow this one.
    func mayPersist(_ connection: EventConnection, after storage: RequestStorage) -> Bool {
        let limit = configuration.keepaliveRequests
        return storage.head.persists && configuration.keepalive != nil
            && (limit == 0 || connection.requests < limit)
    }

    /// Answers what is no request, as far as an answer makes sense.
    func refuse(_ refusal: Refusal, on connection: EventConnection) {
        let intake = connection.intake
        let client = intake?.storage.remoteAddress ?? connection.client
        parts.handler.report(refusal, of: client)
        connection.persists = false
        guard let response = refusal.response else { return linger(connection) }
        // Whatever follows is not read any more.
        connection.isReadable = true
        let exchange = Exchange(
            start: intake?.start ?? now,
            peer: client,
            request: intake?.storage.refused,
            response: response
        )
        send(exchange, on: connection)
    }

    /// Answers a request whose body has not come whole.
    func refuseBody(_ error: BodyError, of connection: EventConnection) {
        refuseBody(of: connection, HTTPError(error.status), .info, "\(error)")
    }

    /// Answers a request whose body nobody reads.
    func refuseBody(
        of connection: EventConnection,
        _ error: HTTPError,
        _ severity: LogLevel,
        _ reason: String
    ) {
        guard let intake = connection.intake else { return close(connection) }
        let exchange = intake.exchange(with: Response(error))
        parts.context.logger.log(severity, "\(exchange.summary): \(reason)")
        connection.isReadable = true
        connection.persists = false
        send(exchange, on: connection)
    }

    /// The time that a thread may take for an answer is over.
    func expireAnswering(_ job: HandlerJob) {
        guard let connection = job.connection else { return }
        let isStuck = job.abandon()
        stopAnswering(connection)
        reportLate(job.request, isStuck: isStuck)
        switch job.work {
        case .answer:
            connection.persists = false
            let response = Response(HTTPError(.gatewayTimeout))
            send(Exchange(to: job.request, since: job.start, response: response), on: connection)
            advance(connection)
        case .pull(_, let output):
            fail(output, on: connection, .body("the stream gave nothing within timeout"))
        }
        if isStuck { replaceStuckThread() }
    }

    func reportLate(_ request: Request, isStuck: Bool) {
        let seconds = configuration.timeout.map { "\($0)" } ?? "0"
        let reason =
            isStuck
            ? "a thread is stuck in it for longer than the timeout of \(seconds); the worker is "
                + "replaced"
            : "no thread was free for it within the timeout of \(seconds); see threads"
        parts.context.logger.error(
            "\(request.summary): \(reason)",
            [LogField("slot", parts.context.slot)]
        )
    }

    /// Asks for another worker, and keeps this one going until it is there.
    func replaceStuckThread() {
        parts.heartbeat.reportStuck()
        do throws(Errno) {
            try pool?.addThread()
        } catch {
            parts.context.logger.warning("no thread for the one that is stuck: \(error)")
        }
    }
}
