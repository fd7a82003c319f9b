/// What a line of the server's log is about: the field `event` of the JSON form.
///
/// The words of a message may change; these names and the fields beside them stay. `Logs.md` has the
/// table of them.
package enum LogEvent: String, CaseIterable, Sendable {
    // The service.
    case arbiterStarted = "arbiter_started"
    case listening
    case listenerClosed = "listener_closed"
    case startFailed = "start_failed"
    case signalReceived = "signal_received"
    case signalIgnored = "signal_ignored"
    case commandRefused = "command_refused"
    case commandReceived = "command_received"
    case observerStarted = "observer_started"
    case observerEnded = "observer_ended"
    case observerKilled = "observer_killed"
    case observerFailed = "observer_failed"
    case workersChanged = "workers_changed"
    case boundsChanged = "bounds_changed"
    case workersScaled = "workers_scaled"
    case scalingHeld = "scaling_held"
    case saturated
    case degraded
    case bootFailed = "boot_failed"
    case stopDelayed = "stop_delayed"
    case stopEscalated = "stop_escalated"
    case stopped
    case arbiterPaused = "arbiter_paused"
    case pollFailed = "poll_failed"
    case listenerFailed = "listener_failed"
    case listenerMended = "listener_mended"
    case socketFileLost = "socket_file_lost"
    case backlogCut = "backlog_cut"
    case certificateExpiring = "certificate_expiring"
    case inheritanceIgnored = "inheritance_ignored"
    case settingWarning = "setting_warning"
    case notifyFailed = "notify_failed"
    case processReaped = "process_reaped"

    // A worker, as the arbiter sees it.
    case workerReady = "worker_ready"
    case workerBooting = "worker_booting"
    case workerBootFailed = "worker_boot_failed"
    case workerExited = "worker_exited"
    case workerSummary = "worker_summary"
    case workerRetired = "worker_retired"
    case workerRecycled = "worker_recycled"
    case workerAborted = "worker_aborted"
    case workerKilled = "worker_killed"
    case signalFailed = "signal_failed"
    case spawnFailed = "spawn_failed"
    case applicationLoaded = "application_loaded"
    case applicationLost = "application_lost"
    case respawnDelayed = "respawn_delayed"
    case respawnPaced = "respawn_paced"
    case workerOutput = "worker_output"
    case workerStatus = "worker_status"
    case strayKilled = "stray_killed"

    case slowRequest = "slow_request"
    case loopBlocked = "loop_blocked"

    // A reload.
    case reloadStarted = "reload_started"
    case reloadCompleted = "reload_completed"
    case reloadFailed = "reload_failed"
    case reloadMistake = "reload_mistake"
    case reloadOvertaken = "reload_overtaken"
    case rollbackCompleted = "rollback_completed"
    case settingFixed = "setting_fixed"

    // An upgrade.
    case executableChanged = "executable_changed"
    case watchFailed = "watch_failed"
    case upgradeChecking = "upgrade_checking"
    case upgradeStarted = "upgrade_started"
    case upgradeReady = "upgrade_ready"
    case upgradeFailed = "upgrade_failed"
    case upgradeMistake = "upgrade_mistake"
    case upgradeEnded = "upgrade_ended"
    case predecessorEnded = "predecessor_ended"

    // The logs.
    case logsReopened = "logs_reopened"
    case logsNotReopened = "logs_not_reopened"
    case logLinesLost = "log_lines_lost"

    // A worker itself.
    case acceptFailed = "accept_failed"
    case acceptStarved = "accept_starved"
    case listenerLost = "listener_lost"
    case arbiterLost = "arbiter_lost"
    case fileLimitLow = "file_limit_low"
    case threadFailed = "thread_failed"
    case connectionFailed = "connection_failed"
    case errorPageFailed = "error_page_failed"
    case application

    // A request.
    case requestRefused = "request_refused"
    case handshakeFailed = "handshake_failed"
    case connectionRefused = "connection_refused"
    case slowRequestEnded = "slow_request_ended"
    case fileFailed = "file_failed"
    case handlerThrew = "handler_threw"
    case handlerTimedOut = "handler_timed_out"
    case threadMissing = "thread_missing"
    case responseUndelivered = "response_undelivered"
    case responseCut = "response_cut"
    case upgradedConnectionEnded = "upgraded_connection_ended"

    /// Whether it belongs to the journal of the service's life: lines of programs do not.
    package var isOfJournal: Bool {
        ![.workerOutput, .workerStatus, .workerSummary, .processReaped].contains(self)
    }
}
