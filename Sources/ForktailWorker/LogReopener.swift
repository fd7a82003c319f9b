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
        do throws(FileFailure) {
            let sent = try fileCall { () throws(Errno) in try receive() }
            guard !sent.isEmpty else { return try files.reopen() }
            try fileCall { () throws(Errno) in try files.replace(with: sent) }
        } catch {
            files.server.error(
                .logsNotReopened,
                "\(context.title) can't reopen its logs: \(error)",
                context.slotFields + [LogField("reason", "\(error)")]
            )
        }
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
