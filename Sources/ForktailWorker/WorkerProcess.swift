package import ForktailConfiguration
package import ForktailLog
package import ForktailSystem
package import ForktailTLS

/// A worker from its fork to its end: boots the application, serves, and leaves.
package struct WorkerProcess: ~Copyable {
    private let context: WorkerContext
    private let logs: LogFiles
    private let handoff: WorkerHandoff
    private let tls: TLSContext?

    /// Takes what the arbiter hands over; all signals are still blocked.
    ///
    /// `role` is what messages call the process where it is no worker.
    package init(
        _ handoff: consuming WorkerHandoff,
        _ configuration: Configuration,
        _ logs: LogFiles,
        _ tls: TLSContext?,
        role: String? = nil
    ) {
        self.tls = tls
        context = WorkerContext(
            slot: handoff.slot,
            generation: handoff.generation,
            processID: Process.id.rawValue,
            arbiterProcessID: handoff.arbiter.rawValue,
            configuration: configuration,
            logger: logs.server,
            score: configuration.procRequests ? handoff.score.shownInTitle : handoff.score,
            role: role
        )
        self.logs = logs
        self.handoff = handoff
    }

    /// The message by which an interpreter that has loaded the application can become the worker.
    ///
    /// - Throws: What the system says.
    package static func handOver(
        _ handoff: consuming WorkerHandoff,
        _ configuration: Configuration,
        _ logs: LogFiles
    ) throws(Errno) -> WorkerHandover {
        try InterpreterWorker(configuration, handoff, logs).handover()
    }

    /// Serves until the arbiter ends or asks the worker to leave.
    ///
    /// - Parameters:
    ///   - isHandedOver: Whether it has become its interpreter already, with the user, directory and
    ///     environment of the settings.
    ///   - everyBeat: Is called in the loop of class `event` with each heartbeat.
    ///   - arbiterHasLeft: Whether the arbiter has ended in good order; a worker doesn't outlive that.
    ///   - bootFailed: Is told why it can't serve, where the arbiter doesn't learn it otherwise.
    ///   - makeApplication: Makes the application, or returns the one of the arbiter.
    package consuming func run(
        isHandedOver: Bool = false,
        everyBeat: (() -> Void)? = nil,
        arbiterHasLeft: () -> Bool = { false },
        bootFailed: (String) -> Void = { _ in },
        _ makeApplication: () throws -> any Application
    ) -> Never {
        let context = context
        let logs = logs
        let tls = tls
        logs.forgetLosses()
        WorkerContext.become(context)
        Logger.become(context.logger)
        let score = context.score
        Logger.prevail(with: { score.logLevel })
        do {
            let serve: @Sendable (WorkerParts) throws -> Void
            switch context.configuration.classDeclaration.work {
            case .execute: try ProgramWorker(context.configuration, handoff).run()
            case .interpret where !isHandedOver:
                try InterpreterWorker(context.configuration, handoff, logs).run()
            case .interpret(let work), .serve(let work): serve = work
            }
            LogFile.unblockStandardError()
            try WorkerSignals.prepare()
            try CrashHandler.install(reportingTo: context.score)
            SignalDisposition.setMask(.empty)
            if !isHandedOver {
                try Privileges.drop(
                    context.configuration,
                    handoff.credentials,
                    arbiter: handoff.arbiter
                )
                try ApplicationEnvironment.apply(context.configuration)
            }
            let application = try makeApplication()
            try application.workerDidStart(context)
            let handler = try RequestHandler(application: application, context: context)
            let parts = try WorkerParts(handler: handler, handoff, logs, tls, everyBeat: everyBeat)
            try serve(parts)
            application.workerWillStop(context)
            if !arbiterHasLeft() { Self.reportLostArbiter(context) }
            logs.reportLosses(isLast: true)
            Process.leave(.success)
        } catch {
            // The arbiter logs it, once for all workers that fail for the same reason.
            let reason = Self.words(for: error)
            context.score.noteBootFailure(reason)
            bootFailed(reason)
            Process.leave(.bootFailed)
        }
    }

    /// Logs that the arbiter has ended without stopping this process: it can't log that itself.
    private static func reportLostArbiter(_ context: WorkerContext) {
        let arbiter = context.arbiterProcessID
        guard Process.parentID.rawValue != arbiter else { return }
        context.logger.error(
            .arbiterLost,
            "\(context.title) leaves, because the arbiter (pid \(arbiter)) was killed or has crashed; "
                + "if the kernel killed it for memory, the kernel's log (dmesg) says so",
            context.slotFields + [LogField("arbiter_pid", arbiter)]
        )
    }

    /// The reason in a boot failure; a bare `Errno` is of a call that has no subject of its own.
    private static func words(for error: any Error) -> String {
        (error as? Errno).map { "a system call failed: \($0)\($0.limitAdvice)" } ?? "\(error)"
    }
}
