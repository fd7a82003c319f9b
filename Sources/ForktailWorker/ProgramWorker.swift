// A worker of the class `exec` on its way to its program.
//
// The program must find itself as if systemd had started it: sd_listen_fds(3), sd_notify(3),
// sd_watchdog_enabled(3), default signal dispositions. Nothing of forktail's own is left in it.

import ForktailConfiguration
import ForktailSystem

/// Turns a forked worker into the program of its settings.
struct ProgramWorker {
    private let configuration: Configuration
    private let slot: Int
    private let generation: Int
    private let arbiter: ProcessID
    private let credentials: Credentials?
    private let listeners: [SharedDescriptor]
    private let ends: ProgramEnds

    /// Takes what the arbiter hands over; all signals are still blocked.
    init(_ configuration: Configuration, _ handoff: borrowing WorkerHandoff) {
        guard let ends = handoff.program else { preconditionFailure("no ends of a program") }
        self.ends = ends
        self.configuration = configuration
        slot = handoff.slot
        generation = handoff.generation
        arbiter = handoff.arbiter
        credentials = handoff.credentials
        listeners = handoff.listeners.map(\.socket)
    }

    private var options: ExecOptions { configuration.exec }

    /// Becomes the program.
    ///
    /// - Throws: Why a setting could not be applied; a failure after that is told on standard error,
    ///   which the arbiter reads, because the log is out of reach by then.
    func run() throws -> Never {
        try Privileges.drop(configuration, credentials, arbiter: arbiter)
        try endWithArbiter()
        for (name, value) in environment { Environment.set(name, to: value) }
        try ApplicationEnvironment.apply(configuration, fill: fill)
        let arguments = try options.command.map { try ProgramText($0).filled(fill) }
        let name = arguments.first ?? ""
        let path: String
        do throws(Errno) {
            path = try ProgramExecution.find(name)
        } catch {
            throw BootError(description: "exec.command \(name): \(error)")
        }
        let listeners = listeners.map { $0.descriptor.rawValue }
        do throws(Errno) {
            try ProgramExecution.arrange(
                ProgramExecution.Descriptors(
                    input: options.stdin == .listener ? listeners.first : nil,
                    output: ends.output.descriptor.rawValue,
                    others: listeners + (ends.ready.map { [$0.descriptor.rawValue] } ?? [])
                )
            )
        } catch {
            throw BootError(description: "the descriptors of \(path): \(error)")
        }
        SignalDisposition.resetAll()
        SignalDisposition.setMask(.empty)
        let failure = ProgramExecution.execute(path, arguments: arguments)
        let advice = ProgramExecution.advice(on: failure)
        // The exit status has to do where this can't be written.
        try? FileDescriptor.standardStream(2)
            .writeAll("can't execute \(path): \(failure)\(advice)\n")
        Process.leave(.bootFailed)
    }

    /// Makes the kernel send the program its stop signal if the arbiter is killed.
    private func endWithArbiter() throws {
        do throws(Errno) {
            guard let signal = Signal(name: options.stopSignal.rawValue) else {
                throw .invalidArgument
            }
            try Process.setParentDeathSignal(signal)
        } catch {
            throw BootError(description: "exec.stop_signal: \(error)")
        }
        // The arbiter may have ended before that.
        guard Process.parentID == arbiter else { Process.leave(.success) }
    }

    /// What a placeholder stands for.
    private func fill(_ placeholder: ProgramText.Placeholder) -> String {
        switch placeholder {
        case .slot: "\(slot)"
        case .fd: "\(Self.firstListener)"
        case .pid: "\(Process.id)"
        case .port:
            // The loader has checked that the first listener has one.
            listeners.first.flatMap { try? $0.descriptor.boundAddress().port }.map { "\($0)" } ?? ""
        }
    }

    /// The first descriptor behind the standard streams: SD_LISTEN_FDS_START.
    private static let firstListener = 3

    private var environment: [(String, String)] {
        let count = listeners.count
        var variables = [
            ("LISTEN_FDS", "\(count)"),
            ("LISTEN_PID", "\(Process.id)"),
            ("LISTEN_FDNAMES", (0..<count).map { "bind\($0)" }.joined(separator: ":")),
            ("NOTIFY_SOCKET", ends.notifyAddress),
            ("FORKTAIL_SLOT", "\(slot)"),
            ("FORKTAIL_GENERATION", "\(generation)"),
        ]
        if let timeout = configuration.timeout {
            variables += [
                ("WATCHDOG_USEC", "\(timeout.nanoseconds / 1000)"),
                ("WATCHDOG_PID", "\(Process.id)"),
            ]
        }
        if ends.ready != nil {
            variables.append(("FORKTAIL_READY_FD", "\(Self.firstListener + count)"))
        }
        // Python prints its stack at an abort, and each line at once.
        for name in ["PYTHONFAULTHANDLER", "PYTHONUNBUFFERED"]
        where Environment.value(of: name) == nil {
            variables.append((name, "1"))
        }
        return variables
    }
}
