import ForktailLog
import ForktailSystem

/// Takes the log files that the arbiter has reopened, once SIGUSR1 has announced them.
final class LogReopener {
    let context: WorkerContext
    let files: LogFiles
    /// Through which the arbiter sends the files.
    let channel: SharedDescriptor

    init(context: WorkerContext, files: LogFiles, channel: SharedDescriptor) {
        self.context = context
        self.files = files
        self.channel = channel
    }

    /// Reopens the logs if SIGUSR1 has come since the last call.
    func reopenIfAsked() {
        if WorkerSignals.takeReopenRequest() { reopen() }
    }

    /// Takes the arbiter's files; opens them itself where the signal came from another process.
    private func reopen() {
        do throws(Errno) {
            let sent = try receive()
            if !sent.isEmpty { return try files.replace(with: sent) }
            for failure in files.reopen() {
                report("\(failure)", [LogField("path", failure.path)], "\(failure.failure)")
            }
        } catch {
            report("the arbiter's log files can't be taken: \(error)", [], "\(error)")
        }
    }

    private func report(_ message: String, _ fields: [LogField], _ reason: String) {
        files.server.error(
            .logsNotReopened,
            "\(context.title): \(message)",
            context.slotFields + fields + [LogField("reason", reason)]
        )
    }

    /// Receives the files that the arbiter sent last: several signals in a row are seen as one.
    private func receive() throws(Errno) -> [SharedDescriptor] {
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
