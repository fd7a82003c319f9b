// The setting `reload` for programs: a new executable is served once it is there, by an upgrade.
//
// Nothing is new in that upgrade: the new executable first checks the configuration, and the old
// arbiter serves until the new one does. It only begins, and ends, without a signal.

import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

extension Arbiter {
    /// How often the file is looked at; it must stay the same from one look to the next.
    private static let executableInterval = Duration.milliseconds(500)

    /// When the file is looked at next; nil where a change would begin nothing.
    var executableDeadline: Instant? {
        let configuration = generations.current.configuration
        guard configuration.reloadsOnChange, case .alone = state, supervisor.phase == .serving,
            supervisor.counts.reloading == nil
        else { return nil }
        switch configuration.workerClass {
        case .sync, .event: return nextExecutableLook
        // The code of the application is in other files.
        case .exec, .wsgi: return nil
        }
    }

    /// Begins an upgrade where the executable was replaced.
    func lookAtExecutable(at now: Instant) {
        guard let executableDeadline, executableDeadline <= now else { return }
        nextExecutableLook = now + Self.executableInterval
        guard executable.findsNew(ExecutableWatch.Version(behind: execution.path)) else { return }
        logger.info(
            .executableChanged,
            "\(execution.path) has changed: upgrading",
            [LogField("path", "\(execution.path)")]
        )
        upgradeFailure = nil
        stopsOnceUpgraded = true
        handle(.upgrade)
        guard case .alone = state else { return }
        stopsOnceUpgraded = false
        // Without a failure it was refused for now.
        if upgradeFailure == nil { executable.forget() }
    }

    /// Stops once the new arbiter of such an upgrade serves.
    func stopForSuccessor() {
        guard stopsOnceUpgraded else { return }
        agreeOnDrain()
        handle(.stop(.graceful))
    }
}
