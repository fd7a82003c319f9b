// The setting `reload` for programs: a new executable is served once it is there, by an upgrade.
//
// Nothing is new in that upgrade: the new executable first checks the configuration, and the old
// arbiter serves until the new one does. It only begins, and ends, without a signal.

import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

extension Arbiter {
    /// How often a file that changes is looked at; it must stay the same from one look to the next.
    private static let executableInterval = Duration.milliseconds(500)
    /// How often it is looked at besides: inotify(7) does not see all that can happen.
    private static let slowInterval = Duration.seconds(5)

    /// What tells that something has changed in the folder of the executable.
    ///
    /// Until a look that is due soon, more changes say nothing: a busy folder costs two looks a second.
    var executableSource: PollSource {
        let isQuiet = (executableDeadline ?? .now()) - .now() > Self.executableInterval
        return PollSource(descriptor: isQuiet ? executableFolder?.descriptor ?? -1 : -1) {
            switch self.executableFolder?.take() {
            case .nothing, nil: return
            case .change: break
            // It is watched again once it is there.
            case .loss: self.executableFolder = nil
            }
            self.nextExecutableLook = .now() + Self.executableInterval
        }
    }

    /// Watches the folder of the executable, and that of the file behind it where it is a link.
    ///
    /// - Returns: Whether a change will be noticed at once.
    private func watchExecutable() -> Bool {
        if executableFolder != nil { return true }
        let path = execution.path
        do throws(Errno) {
            var watch = try FolderWatch()
            try watch.add(folderOf: path)
            executableFolder = consume watch
            return true
        } catch {
            // A linker may have removed the folder for a moment.
            guard error != .noEntry, !hasReportedWatch else { return false }
            hasReportedWatch = true
            logger.warning(
                .watchFailed,
                "\(path) is looked at twice a second, since its folder can't be watched: \(error)"
                    + FolderWatch.cure(for: error),
                [LogField("path", "\(path)"), LogField("reason", "\(error)")]
            )
            return false
        }
    }

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
        let isWatched = watchExecutable()
        let isNew = executable.findsNew(ExecutableWatch.Version(behind: execution.path))
        let isQuiet = isWatched && executable.isSettled
        nextExecutableLook = now + (isQuiet ? Self.slowInterval : Self.executableInterval)
        guard isNew else { return }
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
        guard upgradeFailure == nil else { return }
        executable.forget()
        nextExecutableLook = now + Self.executableInterval
    }

    /// Stops once the new arbiter of such an upgrade serves.
    func stopForSuccessor() {
        guard stopsOnceUpgraded else { return }
        agreeOnDrain()
        handle(.stop(.graceful))
    }
}
