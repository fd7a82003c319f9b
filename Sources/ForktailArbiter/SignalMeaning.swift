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

    init(_ record: SignalPipe.Record) {
        switch record.signal {
        // Job control raises these when a background process touches the terminal.
        case .readFromTerminal where record.isFromKernel,
            .writeToTerminal where record.isFromKernel,
            .windowChange where record.isFromKernel:
            self = .ignored(reason: "it came from the terminal")
        case .terminate: self = .event(.stop(.graceful))
        case .interrupt, .quit: self = .event(.stop(.quick))
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
        isFromKernel ? "\(signal) from the kernel" : "\(signal) from pid \(sender)"
    }
}

extension SignalPipe.Record {
    /// `SIGHUP from pid 4711 (bash)`; the name is missing once the sender has ended.
    var words: String {
        "\(self)" + (senderName.map { " (\($0))" } ?? "")
    }

    private var senderName: String? {
        isFromKernel ? nil : Process.name(of: sender)
    }

    /// The same for programs that read the log; a signal from the kernel has no sender.
    var fields: [LogField] {
        [LogField("signal", "\(signal)")]
            + (isFromKernel ? [] : [LogField("sender", sender.rawValue)])
            + (senderName.map { [LogField("sender_name", $0)] } ?? [])
    }
}
