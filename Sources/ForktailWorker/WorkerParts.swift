import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// What every class of worker serves with.
struct WorkerParts {
    let handler: RequestHandler
    let context: WorkerContext
    /// The listeners' descriptors, open for the life of the process.
    let listeners: [CInt]
    /// Those of them whose queues end with the arbiter.
    let ownListeners: [CInt]
    let accessLog: AccessLog?
    let logs: LogReopener
    let heartbeat: HeartbeatWriter
    /// Keeps the listeners open.
    private let sockets: [SharedDescriptor]

    /// Makes the parts of what the arbiter has handed over.
    init(
        handler: RequestHandler,
        _ handoff: consuming WorkerHandoff,
        _ files: LogFiles
    ) throws {
        self.handler = handler
        let context = handler.context
        self.context = context
        sockets = handoff.listeners.map(\.socket)
        listeners = sockets.map { $0.descriptor.rawValue }
        ownListeners = handoff.listeners.filter(\.endsWithArbiter)
            .map { $0.socket.descriptor.rawValue }
        accessLog = try files.access.map { try AccessLog($0, context: context) }
        logs = LogReopener(slot: context.slot, files: files, channel: handoff.logChannel)
        heartbeat = HeartbeatWriter(
            handoff.takeHeartbeat(),
            interval: context.configuration.heartbeatInterval
        )
    }

    /// Has the stop signals write to an eventfd, for a worker that waits for it.
    func installSignals(waking wake: CInt) throws(Errno) {
        try installSignals(listener: -1, deadSocket: -1, wake: wake)
    }

    /// Has the stop signals replace the listener that a worker waits in.
    func installSignals(replacing listener: CInt, by deadSocket: CInt) throws(Errno) {
        try installSignals(listener: listener, deadSocket: deadSocket, wake: nil)
    }

    private func installSignals(listener: CInt, deadSocket: CInt, wake: CInt?) throws(Errno) {
        try WorkerSignals.install(
            listener: listener,
            deadSocket: deadSocket,
            wake: wake,
            arbiter: ProcessID(rawValue: context.arbiterProcessID),
            orphanLimit: context.configuration.gracefulTimeout
        )
    }

    /// Notes a request that was answered.
    func log(_ exchange: Exchange) {
        accessLog?.write(exchange)
        context.score.count(
            status: exchange.response.status.code,
            bytesIn: exchange.request?.storage.bytes.count ?? 0,
            bytesOut: exchange.bodyLength,
            took: exchange.start.elapsed
        )
    }
}
