import ForktailLog
import ForktailSupervision
import ForktailSystem

/// The meaning of a signal to the arbiter.
enum SignalMeaning {
    case event(Event)
    case ignored(reason: String?)

    /// The signals that the arbiter catches.
    static let caught: [Signal] = [
        .terminate, .interrupt, .quit, .hangUp, .readFromTerminal, .writeToTerminal, .user1,
        .user2, .windowChange, .child,
    ]

    /// Finds the meaning.
    ///
    /// - Parameters:
    ///   - record: The signal.
    ///   - ignoresTerminalsEnd: Whether SIGHUP was ignored at the start.
    init(_ record: SignalPipe.Record, ignoresTerminalsEnd: Bool) {
        switch record.signal {
        // Job control raises these when a background process touches the terminal.
        case .readFromTerminal where record.isFromKernel,
            .writeToTerminal where record.isFromKernel,
            .windowChange where record.isFromKernel:
            self = .ignored(reason: "it came from the terminal")
        case .terminate: self = .event(.stop(.graceful))
        case .interrupt, .quit: self = .event(.stop(.quick))
        case .hangUp where record.isFromKernel && ignoresTerminalsEnd:
            self = .ignored(reason: "the terminal is gone, and SIGHUP was ignored at the start")
        // The kernel raises it when the terminal is gone in which the arbiter was started.
        case .hangUp where record.isFromKernel: self = .event(.stop(.graceful))
        case .hangUp: self = .event(.reload)
        case .user1: self = .event(.reopenLogs)
        case .readFromTerminal: self = .event(.addWorker)
        case .writeToTerminal: self = .event(.removeWorker)
        case .windowChange: self = .event(.retireAll)
        case .user2: self = .event(.upgrade)
        default: self = .ignored(reason: nil)
        }
    }
}

extension SignalPipe.Record: CustomStringConvertible {
    package var description: String {
        "\(signal) from \(isFromKernel ? "the kernel" : sender.asSender)"
    }
}

extension SignalPipe.Record {
    /// `SIGHUP from pid 4711 (bash, user root)`; what is in brackets is gone with the sender.
    var words: String {
        "\(self)" + (sendingProcess.map { " (\($0.name), user \($0.user))" } ?? "")
    }

    /// The same for programs that read the log; a signal from the kernel has no sender.
    var fields: [LogField] {
        let process = sendingProcess
        return [LogField("signal", "\(signal)")]
            + (sender.isVisible ? [LogField("sender", sender.rawValue)] : [])
            + (process.map { [LogField("sender_name", $0.name)] } ?? [])
            + (process.map { [LogField("sender_user", $0.user)] } ?? [])
    }

    private var sendingProcess: SendingProcess? {
        isFromKernel ? nil : SendingProcess(sender)
    }
}

extension ProcessID {
    /// Whether the kernel has told the number: it has none for this process where the sender is in
    /// another pid namespace, pid_namespaces(7), or where there is no sender.
    fileprivate var isVisible: Bool { rawValue != 0 }

    /// `pid 4711`; without a number what that means.
    var asSender: String {
        isVisible ? "pid \(self)" : "a process outside of this container (pid namespace)"
    }
}

/// A process as /proc shows it while it lives.
struct SendingProcess {
    /// The name of its program.
    let name: String
    /// The name of its user in /etc/passwd; the number where there is none.
    ///
    /// Other sources of names may ask the network, for which the arbiter doesn't wait.
    let user: String

    init?(_ process: ProcessID) {
        guard let name = Process.name(of: process),
            let status = Self.lines(of: "/proc/\(process)/status"),
            let number = Self.number(in: status)
        else { return nil }
        self.name = name
        user = Self.user(number, in: Self.lines(of: "/etc/passwd") ?? []) ?? number
    }

    /// The real user in the lines of proc_pid_status(5).
    static func number(in status: [Substring]) -> String? {
        let line = status.first { $0.hasPrefix("Uid:") }
        return line?.split(separator: "\t").dropFirst().first.map(String.init)
    }

    /// The name of a user in the lines of passwd(5).
    static func user(_ number: String, in lines: [Substring]) -> String? {
        for line in lines {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count > 2, fields[2] == number { return String(fields[0]) }
        }
        return nil
    }

    private static func lines(of path: String) -> [Substring]? {
        guard let bytes = try? FileSystem.contents(of: SystemString(path)) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
