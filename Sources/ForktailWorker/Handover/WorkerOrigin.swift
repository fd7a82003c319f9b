// The process that forks the workers of an application that is loaded once: `wsgi.preload`.
//
// It serves no client, and holds what its workers share: the interpreter with the application. The
// arbiter sends it what each worker inherits; the worker's parent ends at once, so that the arbiter, which
// adopts orphans, becomes its parent and sees its end.

package import ForktailConfiguration
package import ForktailLog
import ForktailSystem

/// The process that forks workers, as its program finds it.
package final class WorkerOrigin {
    /// The settings.
    package let configuration: Configuration
    /// Where the stacks of threads are written when the process dies.
    package let report: CInt
    private let arbiter: ProcessID
    private let logger: Logger
    private let channelFile: KeptDescriptors
    private let reportFile: KeptDescriptors
    /// Where the arbiter asks for workers; nil in a worker.
    private var requests: SharedDescriptor?

    /// What has been inherited: a worker, or the process that forks workers.
    package enum Inherited {
        case worker(HandedOverWorker)
        case origin(WorkerOrigin)
    }

    /// Takes over what was inherited.
    ///
    /// - Parameter number: The descriptor of the record.
    /// - Returns: What it is the record of.
    /// - Throws: Why it can't be used, such as another version.
    package static func inherit(record number: CInt) throws -> Inherited {
        let record = try HandoverRecord(inherited: number)
        guard !record.all("requests").isEmpty else {
            return .worker(try HandedOverWorker(record))
        }
        return .origin(try WorkerOrigin(record))
    }

    private init(_ record: HandoverRecord) throws {
        configuration = try Configuration(handoverText: record.value("settings").bytes)
        report = try record.descriptor("report")
        arbiter = ProcessID(rawValue: CInt(try record.number("arbiter")))
        logger = try HandedOverWorker.logs(record, configuration).server
        let channel = try FileDescriptor.inherited(record.descriptor("requests"))
        try FileDescriptor.setCloseOnExec(true, of: report)
        try channel.setCloseOnExec(true)
        channelFile = KeptDescriptors([channel.rawValue])
        reportFile = KeptDescriptors([report])
        requests = SharedDescriptor(channel)
        // Before the application can use OpenSSL: its memory is forktail's then, in each worker.
        if try record.number("speaks_tls") != 0 { try HandedOverWorker.loadTLS() }
        Logger.become(logger)
        LogFile.unblockStandardError()
    }

    /// Puts standard error back in its place, and prints what came meanwhile.
    package func restoreStandardError() throws {
        try HandedOverWorker.restoreStandardError(report: report)
    }

    /// Ends where the application has closed what this process needs, for the reason given.
    package func requireDescriptors(orFail reason: String) {
        if !reportFile.areOpen { fail(reason) }
        requireChannel()
    }

    /// Waits to be ended where the channel is closed: the arbiter can't be told, and notices it.
    private func requireChannel() {
        while !channelFile.areOpen { Process.sleep(for: .seconds(1)) }
    }

    /// Writes a line of the server's log.
    package func log(
        _ level: LogLevel,
        _ message: String,
        _ fields: [LogField],
        traceback: String = ""
    ) {
        logger.log(level, .application, message, fields, traceback: traceback)
    }

    /// Tells the arbiter that the application can't be loaded, and ends.
    package func fail(_ reason: String) -> Never {
        tell("failed \(reason)")
        Process.leave(.bootFailed)
    }

    /// Tells the arbiter that workers can be forked.
    package func reportReady() { tell("ready") }

    /// Tells the arbiter the pid of a worker.
    package func report(worker process: Int) { tell("worker \(process)") }

    /// Tells the arbiter why there is no worker.
    package func report(failedFork reason: String) { tell("none \(reason)") }

    private func tell(_ text: String) {
        requireChannel()
        // An arbiter that is gone takes this process with it.
        try? requests?.descriptor.send(text)
    }

    /// Waits until the arbiter asks for a worker.
    ///
    /// - Returns: What makes the worker, in the process that becomes it; nil at the end.
    package func awaitRequest() -> (() throws -> HandedOverWorker)? {
        guard let files = awaitFiles() else { return nil }
        return { [self] in
            requests = nil
            try Process.leadGroup()
            try Process.setParentDeathSignal(.terminate)
            guard Process.parentID == arbiter else { Process.leave(.success) }
            return try HandedOverWorker(HandoverRecord(files))
        }
    }

    /// Waits for the descriptors of a worker.
    private func awaitFiles() -> ReceivedFiles? {
        while let (files, expected) = requests?.descriptor.receiveFiles() {
            if files.count == expected { return files }
            report(
                failedFork: "it may open too few files to take the \(expected) of a worker: raise "
                    + "LimitNOFILE= of systemd, or the ulimit -n of the arbiter"
            )
        }
        return nil
    }
}
