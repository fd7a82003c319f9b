import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// Connections that have a thread to themselves for an exchange.
///
/// To send a large body is in the hand of any client, so that there is a limit to those that are
/// read at a time; the connections that the application takes over are as many as it takes.
extension EventWorker {
    /// How many threads may read large bodies.
    private var bodyThreadLimit: Int { max(64, configuration.threads) }

    /// Has a thread answer a request whose body is too large to wait for, once one is free.
    func detach(_ connection: EventConnection) {
        connection.requests += 1
        connection.phase = .queued
        connections.noteQueued(connection)
        connections.timers.set(Int(connection.number), to: now + queuePatience)
        startQueued()
    }

    /// How long a request may wait for a thread.
    private var queuePatience: Duration {
        min(configuration.bodyTimeout, configuration.timeout ?? configuration.bodyTimeout)
    }

    private func startQueued() {
        while bodyThreads < bodyThreadLimit, let connection = connections.oldestQueued,
            let intake = connection.intake
        {
            connections.noteBusy(connection)
            let mayPersist = mayPersist(connection, after: intake.storage)
            start(.respond(mayPersist: mayPersist), connection, intake)
        }
    }

    /// Has a thread serve a connection that the application takes over.
    func handOver(_ connection: EventConnection, _ exchange: Exchange) {
        guard let intake = connection.intake else { return close(connection) }
        start(.handOver(exchange, early: intake.rest), connection, intake)
    }

    private func start(
        _ work: DetachedExchange.Work,
        _ connection: EventConnection,
        _ intake: Intake
    ) {
        let exchange = DetachedExchange(
            work,
            connection,
            intake,
            interval: parts.heartbeat.interval
        )
        do throws(Errno) {
            if connection.interest != nil { try poll.remove(connection.number) }
            connection.interest = nil
            try connection.descriptor.descriptor.setNonBlocking(false)
            let (handler, finished, alarm) = (parts.handler, finished, alarm)
            try Thread.start {
                exchange.run(handler)
                finished.put(.exchange(exchange))
                alarm.ring()
            }
        } catch {
            // A socket that can't be set anew is not worth an answer.
            guard (try? connection.descriptor.descriptor.setNonBlocking(true)) != nil else {
                return close(connection)
            }
            return turnAway(connection, "there is no thread for it: \(error)")
        }
        connection.intake = nil
        connection.phase = .detached(exchange)
        if exchange.readsBody { bodyThreads += 1 }
        if let timeout = configuration.timeout {
            connections.timers.set(Int(connection.number), to: now + timeout)
        }
    }

    /// The time that a request may wait for a thread is over.
    func expireQueued(_ connection: EventConnection) {
        connections.noteBusy(connection)
        turnAway(connection, "no thread was free for it within \(queuePatience); see threads")
    }

    /// Answers a request for which there is no thread.
    private func turnAway(_ connection: EventConnection, _ reason: String) {
        let error = HTTPError(.serviceUnavailable, fields: [.retryAfter: "1"])
        refuseBody(of: connection, error, .error, reason)
        postpone(connection)
    }

    /// Goes on with a connection that its thread is done with.
    func takeBack(_ exchange: DetachedExchange) {
        let answered = exchange.takeExchange()
        let connection = exchange.connection
        guard case .detached = connection.phase else { return }
        freeThread(of: exchange)
        if let answered { log(answered) }
        connection.phase = .receiving
        connection.isReadable = true
        do throws(Errno) {
            try connection.descriptor.descriptor.setNonBlocking(true)
        } catch {
            return close(connection)
        }
        goOn(with: connection, after: exchange.rest)
    }

    private func freeThread(of exchange: DetachedExchange) {
        guard exchange.readsBody else { return }
        bodyThreads -= 1
        startQueued()
    }

    private func goOn(with connection: EventConnection, after rest: ExchangeServer.Rest) {
        switch rest {
        case .nothing:
            close(connection)
        case .answered:
            linger(connection)
        case .next(let bytes):
            if !bytes.isEmpty { resume(connection, with: bytes) }
            advance(connection)
        }
    }

    /// A thread that waits for its client is in order; one that does not beat is stuck.
    func expireDetached(_ exchange: DetachedExchange) {
        guard let timeout = configuration.timeout else { return }
        let silence = exchange.silence(at: now)
        guard silence >= timeout else {
            let number = Int(exchange.connection.number)
            return connections.timers.set(number, to: now + (timeout - silence))
        }
        let request = Request(exchange.storage, body: .empty)
        reportLate(request, isStuck: true)
        parts.heartbeat.reportStuck()
        giveUp(request, since: exchange.start, on: exchange.connection)
        freeThread(of: exchange)
    }

    /// Answers in the place of a thread that is stuck, if it has not begun to.
    private func giveUp(_ request: Request, since start: Instant, on connection: EventConnection) {
        if CrashHandler.answerBegins(on: connection.number) {
            head.truncate()
            let response = Response(HTTPError(.gatewayTimeout))
            let exchange = Exchange(to: request, since: start, response: response)
            let context = exchange.context(persists: false)
            let date = date.value(at: .now())
            let answer = exchange.response
            let transfer = encoder.encodeHead(answer, for: context, date: date, into: &head)
            if transfer != .none, case .bytes(let body) = exchange.response.body {
                head.append(body.span)
                exchange.bodyLength = UInt64(body.count)
            }
            // What does not fit into an empty buffer is lost with the connection.
            _ = sendHead(to: connection)
            log(exchange)
        } else {
            // A part of an answer must not look like the whole of it.
            try? connection.descriptor.descriptor.abort()
        }
        close(connection)
    }
}
