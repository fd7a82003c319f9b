/// A command of the control socket, as it is sent to the arbiter.
package struct ControlCommand: Equatable, Sendable {
    /// The command.
    package enum Kind: UInt32, CaseIterable, Sendable {
        case scale = 1
        case reload
        case upgrade
        case stop
        case quickStop
        case restartWorker
        case logLevel

        /// The name in messages and paths.
        package var name: String {
            switch self {
            case .scale: "scale"
            case .reload: "reload"
            case .upgrade: "upgrade"
            case .stop: "stop"
            case .quickStop: "stop --quick"
            case .restartWorker: "restart-worker"
            case .logLevel: "loglevel"
            }
        }
    }

    /// Chosen by the client, so that a command that is sent twice is done once.
    package var ticket: UInt64
    package var kind: Kind
    /// The number of workers, the slot, or the place of a log level.
    package var argument: Int32
    /// The client's process and user.
    package var process: Int32
    package var user: UInt32

    /// Makes the command.
    package init(ticket: UInt64, kind: Kind, argument: Int32, process: Int32, user: UInt32) {
        self.ticket = ticket
        self.kind = kind
        self.argument = argument
        self.process = process
        self.user = user
    }
}

/// How far a command has come.
package enum CommandState: UInt32, Sendable {
    case pending = 1
    /// It has taken effect.
    case done
    /// It makes no sense in the state of the service.
    case refused
    /// It was tried, and failed.
    case failed
    /// The same, because of mistakes in the configuration.
    case misconfigured
    /// The same, because an address or a file is not available.
    case unavailable

    /// The state of a command that failed as a program that exits with this code.
    package init(failure code: ExitCode?) {
        switch code {
        case .usage, .configuration: self = .misconfigured
        case .unavailable: self = .unavailable
        case .success, .bootFailed, .systemError, .refused, .noPermission, nil: self = .failed
        }
    }
}
