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
            return close(connection)
        }
        detachedCount += 1
        if let timeout = configuration.timeout {
            connections.timers.set(Int(connection.number), to: now + timeout)
        }
    }

    var hasDetached: Bool { detachedCount > 0 }

    /// Goes on with a connection that its thread is done with.
    func takeBack(_ exchange: DetachedExchange) {
        detachedCount -= 1
        if let exchange = exchange.exchange { log(exchange) }
        let connection = exchange.connection
        guard case .detached = connection.phase else { return }
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
            CrashHandler.expectRequest(on: connection.number)
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
        reportLate(Request(exchange.storage, body: .empty), isStuck: true)
        parts.heartbeat.reportStuck()
        giveUp(exchange.connection)
    }

    /// Answers in the place of a thread that is stuck, if it has not begun to.
    private func giveUp(_ connection: EventConnection) {
        if CrashHandler.answerBegins(on: connection.number) {
            head.removeAll(keepingCapacity: true)
            let response = Response(HTTPError(.gatewayTimeout))
            let context = ResponseContext(isHead: false, minorVersion: 1, persists: false)
            _ = encoder.encodeHead(
                response,
                for: context,
                date: date.value(at: .now()),
                into: &head
            )
            if case .bytes(let body) = response.body { head += body }
            // What does not fit into an empty buffer is lost with the connection.
            _ = try? head.withUnsafeBytes {
                try connection.descriptor.descriptor.send($0, more: false)
            }
        } else {
            // A part of an answer must not look like the whole of it.
            try? connection.descriptor.descriptor.abort()
        }
        close(connection)
    }
}
