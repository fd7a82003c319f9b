import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// Connections that have a thread to themselves for an exchange.
extension EventWorker {
    /// Has a thread answer a request whose body is too large to wait for.
    func detach(_ connection: EventConnection, _ intake: Intake) {
        connection.requests += 1
        let limit = configuration.keepaliveRequests
        let mayPersist =
            intake.storage.head.persists && configuration.keepalive != nil
            && (limit == 0 || connection.requests < limit)
        start(.respond(mayPersist: mayPersist), connection, intake)
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
        connection.intake = nil
        connection.phase = .detached(exchange)
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
            parts.context.logger.error("no thread for a large request: \(error)")
            return turnAway(connection, intake)
        }
        detachedCount += 1
        if let timeout = configuration.timeout {
            connections.timers.set(Int(connection.number), to: now + timeout)
        }
    }

    /// Answers a request for which there is no thread.
    private func turnAway(_ connection: EventConnection, _ intake: Intake) {
        // A socket that can't be set anew is not worth an answer.
        guard (try? connection.descriptor.descriptor.setNonBlocking(true)) != nil else {
            return close(connection)
        }
        connection.intake = intake
        connection.phase = .receiving
        connection.persists = false
        let exchange = Exchange(
            start: intake.start,
            peer: intake.storage.remoteAddress,
            request: Request(intake.storage, body: .empty),
            response: Response(HTTPError(.serviceUnavailable))
        )
        send(exchange, on: connection)
    }

    var hasDetached: Bool { detachedCount > 0 }

    /// Goes on with a connection that its thread is done with.
    func takeBack(_ exchange: DetachedExchange) {
        detachedCount -= 1
        let answered = exchange.takeExchange()
        let connection = exchange.connection
        guard case .detached = connection.phase else { return }
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
    }

    /// Answers in the place of a thread that is stuck, if it has not begun to.
    private func giveUp(_ request: Request, since start: Instant, on connection: EventConnection) {
        if CrashHandler.answerBegins(on: connection.number) {
            head.truncate()
            let exchange = Exchange(
                start: start,
                peer: request.remoteAddress,
                request: request,
                response: Response(HTTPError(.gatewayTimeout))
            )
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
