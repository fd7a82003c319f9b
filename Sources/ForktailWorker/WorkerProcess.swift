package import ForktailConfiguration
package import ForktailLog
package import ForktailSystem

/// A worker from its fork to its end: boots the application, serves, and leaves.
package struct WorkerProcess: ~Copyable {
    let context: WorkerContext
    let arbiter: ProcessID
    let listeners: [CInt]
    let ownListeners: [CInt]
    let accessLog: LogFile?
    let score: ScoreboardEntry
    let credentials: Credentials?
    let logs: SharedDescriptor
    private let heartbeat: FileDescriptor

    /// Takes what the arbiter gives its worker; all signals are still blocked.
    package init(
        slot: Int,
        generation: Int,
        arbiter: ProcessID,
        configuration: Configuration,
        listeners: [CInt],
        ownListeners: [CInt],
        logger: Logger,
        accessLog: LogFile?,
        score: ScoreboardEntry,
        credentials: Credentials?,
        logs: SharedDescriptor,
        heartbeat: consuming FileDescriptor
    ) {
        context = WorkerContext(
            slot: slot,
            generation: generation,
            processID: Process.id.rawValue,
            arbiterProcessID: arbiter.rawValue,
            configuration: configuration,
            logger: logger,
            score: score
        )
        self.arbiter = arbiter
        self.listeners = listeners
        self.ownListeners = ownListeners
        self.accessLog = accessLog
        self.score = score
        self.credentials = credentials
        self.logs = logs
        self.heartbeat = heartbeat
    }

    /// Serves until the arbiter or its death says otherwise.
    ///
    /// - Parameter makeApplication: Makes the application, or hands over the one of the arbiter.
    package consuming func run(_ makeApplication: () throws -> any Application) -> Never {
        WorkerContext.become(context)
        Logger.become(context.logger)
        let context = context
        do {
            try WorkerSignals.prepare()
            try CrashHandler.install(reportingTo: score)
            SignalDisposition.setMask(.empty)
            try Privileges.drop(context.configuration, credentials, arbiter: arbiter)
            try Surroundings.enter(context.configuration)
            let application = try makeApplication()
            try application.workerDidStart(context)
            let parts = try parts(of: application)
            switch context.configuration.workerClass {
            case .sync: try SyncWorker(parts).serve()
            case .event: try EventWorker(parts).serve()
            }
            application.workerWillStop(context)
            Process.leave(.success)
        } catch {
            context.logger.error("worker \(context.slot) can't boot: \(error)")
            Process.leave(.bootFailed)
        }
    }

    /// What the worker serves with; only once, since the heartbeat goes with it.
    private consuming func parts(of application: any Application) throws -> WorkerParts {
        let context = context
        let accessLog = try accessLog.map { try AccessLog($0, context: context) }
        let reopener = LogReopener(context: context, accessLog: accessLog, channel: logs)
        return WorkerParts(
            handler: RequestHandler(application: application, context: context),
            context: context,
            listeners: listeners,
            ownListeners: ownListeners,
            accessLog: accessLog,
            logs: reopener,
            heartbeat: HeartbeatWriter(
                heartbeat,
                interval: context.configuration.heartbeatInterval
            )
        )
    }
}
