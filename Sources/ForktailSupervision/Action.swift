/// What the arbiter has to do.
///
/// The arbiter performs a whole list of actions in order, and then answers `spawn`,
/// `signal` and `loadConfiguration`, in the same order and before any other event.
package enum Action: Equatable, Sendable {
    /// Fork a worker; answered by `Event.spawned` or `Event.spawnFailed`.
    case spawn(WorkerID, slot: Int, generation: Int)
    /// Send a signal to a worker; answered by `Event.signalSent`.
    case signal(WorkerSignal, WorkerID)
    /// Read and check the configuration and bind its new addresses; answered by
    /// `Event.configurationLoaded` or `Event.configurationRejected`.
    ///
    /// The first configuration is generation 1; for each `configurationLoaded` that is accepted
    /// there is an `adoptConfiguration`.
    case loadConfiguration
    /// Keep the configuration that was loaded last as this generation, from which workers will be
    /// spawned.
    case adoptConfiguration(generation: Int)
    /// Reopen the arbiter's own log files.
    case reopenLogs
    /// Check the current executable and execute it in a child, with the same listeners; answered
    /// later by `Event.upgradeStarted` or `Event.upgradeFailed`.
    case startUpgrade
    /// End the child that `startUpgrade` has made and that has not reported yet, because the arbiter
    /// stops; later events about it are ignored.
    case cancelUpgrade
    /// The service is up, perhaps degraded; happens once.
    case becameReady
    /// Every worker is of this generation, and no worker of another one will be spawned: listeners
    /// that only other generations had, overtaken ones included, can be closed.
    case reloadCompleted(generation: Int)
    /// The reload failed: the settings of before stay in force, and no worker of another generation
    /// will be spawned. Those that are left are being replaced, and listeners that only other
    /// generations had can be closed.
    case reloadAbandoned(ReloadFailure)
    /// The arbiter is stopping; happens again when a graceful stop turns into a quick one.
    ///
    /// The workers may serve until `beginDrain`.
    case stopping(StopMode)
    /// Admit no new connection to the listen queues: the workers are told to leave right after this.
    ///
    /// It happens once, and not at all while another arbiter serves the same listeners.
    case beginDrain
    /// A fact for the log.
    case report(Notice)
    /// No worker is left: exit.
    case exit(ExitReason)
}
