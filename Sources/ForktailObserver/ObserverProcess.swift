package import ForktailConfiguration
package import ForktailLog
package import ForktailSystem
import ForktailWorker

/// An observer from its fork to its end: the loop of class `event` with an application of its own.
package enum ObserverProcess {
    /// Serves until the arbiter ends or asks it to leave.
    package static func run(
        _ handoff: consuming ObserverHandoff,
        _ configuration: Configuration,
        _ logs: LogFiles
    ) -> Never {
        let board = handoff.board
        let observer = Observer(
            watch: Watch(board: board, scoreboard: handoff.scoreboard),
            channel: handoff.channel,
            control: handoff.controlAddress,
            owner: handoff.owner
        )
        let settings = settings(from: configuration)
        WorkerProcess(handoff.takeWorker(), settings, logs, nil, role: "the observer")
            .run(
                everyBeat: observer.sample,
                arbiterHasLeft: { board.hasBeenLeft },
                bootFailed: { reason in
                    logs.server.error(
                        .observerFailed,
                        "the observer can't serve: \(reason)",
                        [LogField("reason", reason)]
                    )
                }
            ) { observer }
    }

    /// What it serves with: little of everything, and nothing of what the settings give to the
    /// application.
    private static func settings(from configuration: Configuration) -> Configuration {
        var settings = Configuration()
        settings.workerClass = .event
        settings.workerConnections = 256
        settings.requestBufferSize = 4096
        settings.limitRequestBody = 4096
        settings.keepaliveRequests = 0
        settings.gracefulTimeout = .seconds(5)
        settings.user = configuration.user
        settings.group = configuration.group
        settings.umask = 0o077
        // It executes nothing.
        settings.noNewPrivs = true
        settings.procName = configuration.procName
        settings.loglevel = configuration.loglevel
        settings.logFormat = configuration.logFormat
        return settings
    }
}
