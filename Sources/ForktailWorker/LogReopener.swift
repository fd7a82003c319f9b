import ForktailLog
import ForktailSystem

/// Goes on with the logs that the arbiter has opened anew, when SIGUSR1 says so.
struct LogReopener {
    let context: WorkerContext
    let accessLog: AccessLog?
    /// Where the arbiter gives the files.
    let channel: SharedDescriptor

    /// Does it, if it was asked for since the last call.
    func reopenIfAsked() {
        if WorkerSignals.takeReopenRequest() { reopen() }
    }

    /// Takes the files of the arbiter, or, where somebody else sent the signal, opens them itself.
    private func reopen() {
        do throws(Errno) {
            let given = try takeFiles()
            if let file = given.first {
                try context.logger.replace(with: file)
                if given.count > 1 { try accessLog?.replace(with: given[1]) }
            } else {
                try context.logger.reopen()
                try accessLog?.reopen()
            }
        } catch {
            context.logger.error("worker \(context.slot) can't reopen its logs: \(error)")
        }
    }

    /// The files that the arbiter gave last; signals that come close together are seen as one.
    private func takeFiles() throws(Errno) -> [SharedDescriptor] {
        var last: [SharedDescriptor] = []
        while true {
            do throws(Errno) {
                last = try channel.descriptor.take()
            } catch .wouldBlock {
                return last
            }
        }
    }
}
