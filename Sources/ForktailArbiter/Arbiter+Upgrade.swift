// The upgrade: a new executable beside the old one, on the same sockets.
//
// The new arbiter is a child of this one and a complete service of its own. Nothing here changes
// until it serves, and even then this arbiter goes on until somebody tells it to stop.

import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

extension Arbiter {
    /// Has the executable that now has our path check the configuration: the first step.
    func startUpgrade() -> Event? {
        guard process.rawValue != 1 else {
            return failUpgrade("process 1 ends its container when it leaves; start another one")
        }
        if let configurationFile, isUnrepeatable(configurationFile) {
            return failUpgrade("\(configurationFile) is not a regular file to be read again")
        }
        logger.info("upgrade: checking \(execution.path)")
        do throws(Errno) {
            let process = try fork { [execution] in
                do throws(Errno) {
                    // Its faults are for the log; that it has none is not.
                    try Execution.silenceOutput()
                } catch {
                    return error
                }
                return execution.execute(adding: ["--check-config"], changing: [:])
            }
            upgrade = Upgrade(process: process, phase: .checking)
            return nil
        } catch {
            return failUpgrade("\(error)")
        }
    }

    /// Whether a file gives its content once only, as a pipe does, or makes its reader wait.
    private func isUnrepeatable(_ path: String) -> Bool {
        do throws(Errno) {
            return try FileSystem.regularContents(of: path) == nil
        } catch {
            // What can't be opened is for the new executable to complain of.
            return false
        }
    }

    /// Starts the arbiter that is to take our place, with our listeners: the second step.
    private func startSuccessor() {
        do throws(Errno) {
            let (line, otherEnd) = try ArbiterLine.open()
            let listeners = generations.current.listeners
            let variables: [String: String?] = [
                Inheritance.Variable.sockets:
                    Inheritance.describe(listeners, line: otherEnd.descriptor),
                Inheritance.Variable.predecessor: "\(process)",
                "LISTEN_FDS": nil, "LISTEN_PID": nil, "LISTEN_FDNAMES": nil, "WATCHDOG_PID": nil,
            ]
            let heirlooms = listeners.map { $0.socket.rawValue } + [otherEnd.descriptor]
            let process = try fork { [execution] in
                do throws(Errno) {
                    for number in heirlooms {
                        try FileDescriptor.setCloseOnExec(false, of: number)
                    }
                } catch {
                    return error
                }
                return execution.execute(changing: variables)
            }
            upgrade = Upgrade(process: process, phase: .starting(line))
            logger.info("upgrade: the new arbiter is pid \(process)")
        } catch {
            handle(failUpgrade("\(error)"))
        }
    }

    /// Forks a child that becomes another program; `execute` returns when it can't.
    private func fork(_ execute: () -> Errno) throws(Errno) -> ProcessID {
        let mask = SignalDisposition.blockAll()
        defer { SignalDisposition.setMask(mask) }
        if let child = try Process.fork() { return child }
        SignalDisposition.resetAll()
        SignalDisposition.setMask(.empty)
        let error = execute()
        logger.error("upgrade: exec \(execution.path): \(error)")
        Process.leave(.systemError)
    }

    /// Looks whether the new arbiter serves.
    func followUpgrade() {
        guard upgrade?.followReport() == true, let upgrade else { return }
        logger.info(
            "upgrade: the new arbiter (pid \(upgrade.process)) serves; TERM stops this one, "
                + "QUIT to the new one goes back"
        )
        tellManager { manager throws(Errno) in try manager.handOver(to: upgrade.process) }
        handle(.upgradeStarted)
    }

    /// Takes note of the end of a process of the upgrade; says whether it was one.
    func reapUpgrade(_ process: ProcessID, _ status: ExitStatus) -> Bool {
        guard let upgrade, upgrade.process == process else { return false }
        self.upgrade = nil
        switch upgrade.phase {
        case .checking where status == .exited(code: 0):
            startSuccessor()
        case .checking:
            handle(failUpgrade("the new executable refuses the configuration"))
        case .starting:
            handle(failUpgrade("the new arbiter (pid \(process)) ended: \(status)"))
        case .serving:
            logger.warning("upgrade: the new arbiter (pid \(process)) has ended: \(status)")
            tellManager { manager throws(Errno) in try manager.takeBack(self.status) }
            handle(.upgradeExited)
        }
        return true
    }

    /// Ends the new arbiter that has not said yet that it serves: this one stops.
    func cancelUpgrade() {
        guard let upgrade else { return }
        do throws(Errno) {
            try Process.send(.terminate, to: upgrade.process)
        } catch {
            logger.error("upgrade: signal to pid \(upgrade.process): \(error)")
        }
        self.upgrade = nil
    }

    private func failUpgrade(_ reason: String) -> Event {
        logger.error("upgrade failed: \(reason); this arbiter goes on as before")
        return .upgradeFailed
    }

    /// Tells the arbiter before this one that this one serves.
    func reportToPredecessor() {
        do throws(Errno) {
            try predecessorLine?.reportReady()
        } catch {
            logger.warning("upgrade: the arbiter before this one is not listening: \(error)")
        }
    }

    /// Agrees with the other arbiter that has the same listeners on who serves their queues dry: if
    /// both stop, this one does.
    func agreeOnQueues() {
        guard let line = upgrade?.line ?? predecessorLine, line.announceStop() else { return }
        otherArbiterStops = true
        handle(.otherArbiterStops)
    }

    /// Takes the place of the arbiter before this one, once that has gone.
    func promoteIfAlone() {
        guard let predecessor, Process.parentID != predecessor else { return }
        self.predecessor = nil
        predecessorLine = nil
        logger.info("upgrade: the arbiter before this one (pid \(predecessor)) has gone")
        handle(.predecessorExited)
        if !isStopping { applyListenerModes() }
        guard let path = generations.current.configuration.pidfile else { return }
        do throws(StartFailure) {
            let promoted = try PIDFile(path: path)
            pidFile?.remove()
            pidFile = promoted
        } catch {
            logger.error("upgrade: \(error)")
        }
    }
}
