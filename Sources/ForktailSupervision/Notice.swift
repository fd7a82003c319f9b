/// A fact for the log.
package enum Notice: Hashable, Sendable {
    /// The worker is ready, so long after its spawn.
    case workerReady(WorkerID, slot: Int, generation: Int, after: Duration)
    /// The worker has ended, so long after its spawn.
    case workerExited(
        WorkerID,
        slot: Int,
        generation: Int,
        status: ExitStatus,
        lived: Duration,
        cause: ExitCause
    )
    /// The worker lost its role and was asked to leave, if it was not aborted or killed before.
    case workerRetired(WorkerID, slot: Int, reason: Retirement)
    /// The worker has served its time, and its replacement boots.
    case workerRecycling(WorkerID, slot: Int, reason: RecycleReason)
    /// The worker was silent, or not ready in time, and was sent SIGABRT.
    case workerAborted(WorkerID, slot: Int, reason: KillReason)
    /// The worker was sent SIGKILL.
    case workerKilled(WorkerID, slot: Int, reason: KillReason)
    /// The worker could not be spawned.
    case spawnFailed(WorkerID, slot: Int, generation: Int)
    /// The slot waits before its next spawn, because it has failed this often in a row.
    case respawnDelayed(slot: Int, by: Duration, failures: Int)
    /// The slot's workers serve and end so often that the next one has to wait; reported once until
    /// they end less often.
    case respawnPaced(slot: Int, by: Duration)
    /// The service is up with fewer workers than wanted: the others fail to boot.
    case degraded(ready: Int, wanted: Int)
    /// Every slot has failed to boot this often and no worker was ever ready: the arbiter gives up.
    case bootFailed(failures: Int)
    /// The arbiter itself did not run for this long, so no worker is judged by that time.
    case roundSkipped(pause: Duration)
    /// The number of wanted workers was changed by a command.
    case workersChanged(from: Int, to: Int)
    /// The fewest workers that the load leaves were changed by a command.
    case boundsChanged(minimum: Int, maximum: Int)
    /// The number of wanted workers was changed by the load.
    case workersScaled(from: Int, to: Int, reason: ScalingReason)
    /// The load needs more than this number of workers, but the limit of memory has no room for one.
    case scalingHeld(workers: Int, memory: MemoryUse, limit: Int)
    /// The configuration was loaded as this generation and the workers are being replaced.
    case reloadStarted(generation: Int, workers: Int)
    /// A later reload has overtaken this one, which is neither completed nor abandoned.
    case reloadOvertaken(generation: Int, by: Int)
    /// A worker of the reload's generation boots in this slot.
    case reloadRolling(WorkerID, slot: Int, generation: Int)
    /// Every worker is of this generation, so long after the configuration was loaded.
    case reloadCompleted(generation: Int, after: Duration)
    /// The reload was given up; the workers roll back to generation `backTo`.
    case reloadFailed(ReloadFailure, backTo: Int)
    /// Every worker is of the generation that was in force before the failed reload.
    case rollbackCompleted(generation: Int, after: Duration)
    /// The command was refused.
    case commandRefused(Command, CommandRefusal)
    /// The workers serve for this long before they are told to leave.
    case stopDelayed(by: Duration)
    /// The stop became more urgent: the workers were told to quit, or were killed.
    case stopEscalated(to: WorkerSignal)
}
