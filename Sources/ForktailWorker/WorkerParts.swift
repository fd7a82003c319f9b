import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem
import ForktailTLS

/// What every class of worker serves with.
final class WorkerParts {
    let handler: RequestHandler
    let context: WorkerContext
    /// The listeners' descriptors, open for the life of the process.
    let listeners: [CInt]
    /// Those of them whose queues end with the arbiter.
    let ownListeners: [CInt]
    /// Those of them whose clients speak TLS.
    let secureListeners: Set<CInt>
    private let tls: TLSContext?
    let accessLog: AccessLog?
    let logs: LogReopener
    let heartbeat: HeartbeatWriter
    /// What the loop of class `event` calls with each heartbeat.
    let everyBeat: (() -> Void)?
    /// How many nanoseconds a request may take without a line in the log.
    private let slowRequest: Int64
    /// Keeps the listeners open.
    private let sockets: [SharedDescriptor]

    /// Makes the parts of what the arbiter has handed over.
    init(
        handler: RequestHandler,
        _ handoff: consuming WorkerHandoff,
        _ files: LogFiles,
        _ tls: TLSContext?,
        everyBeat: (() -> Void)? = nil
    ) throws {
        self.everyBeat = everyBeat
        self.handler = handler
        let context = handler.context
        slowRequest = context.configuration.slowRequest?.nanoseconds ?? .max
        self.context = context
        sockets = handoff.listeners.map(\.socket)
        listeners = sockets.map { $0.descriptor.rawValue }
        ownListeners = handoff.listeners.filter(\.endsWithArbiter)
            .map { $0.socket.descriptor.rawValue }
        secureListeners = Set(
            handoff.listeners.filter(\.isSecure).map { $0.socket.descriptor.rawValue }
        )
        self.tls = tls
        let openRequests = handoff.openRequests
        accessLog = try files.access.map { file in
            try AccessLog(
                file,
                context: context,
                withTLS: tls != nil,
                openRequests: openRequests
            )
        }
        logs = LogReopener(context: context, files: files, channel: handoff.logChannel)
        heartbeat = HeartbeatWriter(
            handoff.takeHeartbeat(),
            interval: context.configuration.heartbeatInterval
        )
    }

    /// Makes what moves the bytes of an accepted connection.
    func transport(_ socket: PlainTransport, _ isSecure: Bool) -> Transport {
        guard isSecure else { return .plain(socket) }
        guard let tls else { preconditionFailure("a listener with TLS, and no certificates") }
        return .secure(SecureTransport(socket, tls))
    }

    /// Makes the stop signals write to an eventfd that the worker waits for, and replace the listener
    /// that it may be blocked in.
    func installSignals(
        waking wake: CInt,
        replacing listener: CInt? = nil,
        by deadSocket: CInt? = nil
    ) throws(Errno) {
        try WorkerSignals.install(
            listener: listener,
            deadSocket: deadSocket,
            wake: wake,
            arbiter: ProcessID(rawValue: context.arbiterProcessID),
            orphanLimit: context.configuration.gracefulTimeout
        )
    }

    /// Logs that a connection is closed, because it can't be waited for.
    func reportUnwatched(_ error: Errno) {
        context.logger.error(
            .connectionFailed,
            "a connection is closed: epoll_ctl: \(error)",
            [LogField("slot", context.slot), LogField("reason", "epoll_ctl: \(error)")]
        )
    }

    /// Writes the access log line of a connection's exchange, and counts it.
    func log(_ connection: ClientConnection, at now: Instant) {
        let exchange = connection.exchange
        accessLog?.write(exchange, of: connection, at: now)
        let time = now.nanosecondsSinceBoot &- exchange.start.nanosecondsSinceBoot
        context.score.count(
            status: exchange.status,
            bytesIn: exchange.receivedLength,
            bytesOut: exchange.sentLength,
            nanoseconds: time
        )
        if time >= slowRequest, exchange.isForHandler {
            logSlow(exchange, took: .nanoseconds(time))
        }
    }

    @inline(never)
    private func logSlow(_ exchange: Exchange, took duration: Duration) {
        context.logger.warning(
            .slowRequestEnded,
            "\(exchange.summary): ended with \(exchange.status) after \(LogText.spoken(duration)) "
                + "(slow_request)",
            [
                LogField("slot", context.slot), LogField("client", exchange.client.host),
                LogField("request", exchange.request?.line ?? "-"),
                LogField("status", exchange.status), LogField("took", duration),
            ] + (exchange.request?.id.map { [LogField("request_id", $0)] } ?? [])
        )
    }
}
