import CForktail
import Glibc

/// A signal by its number: signal(7).
package struct Signal: Hashable, Sendable {
    package let rawValue: CInt

    package init(rawValue: CInt) {
        self.rawValue = rawValue
    }

    /// The signal with a name without its prefix, such as `TERM`; nil where there is none.
    package init?(name: String) {
        let number = (1..<CInt(32)).first { number in
            forktail_signal_name(number).map { String(cString: $0) } == name
        }
        guard let number else { return nil }
        self.init(rawValue: number)
    }

    package static let hangUp = Signal(rawValue: SIGHUP)
    package static let interrupt = Signal(rawValue: SIGINT)
    package static let quit = Signal(rawValue: SIGQUIT)
    package static let abort = Signal(rawValue: SIGABRT)
    package static let kill = Signal(rawValue: SIGKILL)
    package static let user1 = Signal(rawValue: SIGUSR1)
    package static let user2 = Signal(rawValue: SIGUSR2)
    package static let terminate = Signal(rawValue: SIGTERM)
    package static let `continue` = Signal(rawValue: SIGCONT)
    package static let child = Signal(rawValue: SIGCHLD)
    package static let readFromTerminal = Signal(rawValue: SIGTTIN)
    package static let writeToTerminal = Signal(rawValue: SIGTTOU)
    package static let windowChange = Signal(rawValue: SIGWINCH)
    package static let brokenPipe = Signal(rawValue: SIGPIPE)
    package static let fileTooLarge = Signal(rawValue: SIGXFSZ)
}

extension Signal: CustomStringConvertible {
    /// The name with its prefix, as in `SIGHUP`; `signal 35` where there is no name.
    package var description: String {
        guard let name = forktail_signal_name(rawValue) else { return "signal \(rawValue)" }
        return "SIG" + String(cString: name)
    }
}

/// What a process does with its signals.
package enum SignalDisposition {
    /// Ignores the signals of a write that fails (SIG_IGN): the call itself says why it has failed.
    package static func ignoreFailedWrites() {
        ignore(.brokenPipe)
        ignore(.fileTooLarge)
    }

    /// Ignores a signal: SIG_IGN.
    package static func ignore(_ signal: Signal) {
        set(signal, SIG_IGN)
    }

    /// Whether a signal is ignored, as nohup(1) has SIGHUP ignored: sigaction(2).
    package static func isIgnored(_ signal: Signal) -> Bool {
        var action = sigaction()
        sigaction(signal.rawValue, nil, &action)
        // SAFETY: they are compared as numbers, and never called.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Gives every signal its default disposition, whatever was inherited: SIG_DFL.
    ///
    /// The handlers with which Swift's runtime prints the backtrace of a crash stay.
    package static func resetAll() {
        for number in 1..<CInt(32) where number != SIGKILL && number != SIGSTOP {
            if crashes.contains(number), isHandled(number) { continue }
            set(Signal(rawValue: number), SIG_DFL)
        }
    }

    private static let crashes = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

    private static func isHandled(_ number: CInt) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return action.sa_flags & SA_SIGINFO != 0
    }

    private static func set(_ signal: Signal, _ handler: sighandler_t?) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        sigaction(signal.rawValue, &action, nil)
    }

    /// Blocks every signal in this thread and says what was blocked before: sigprocmask(2).
    package static func blockAll() -> SignalMask {
        var all = sigset_t()
        sigfillset(&all)
        var before = sigset_t()
        sigprocmask(SIG_SETMASK, &all, &before)
        return SignalMask(set: before)
    }

    /// Blocks what the mask says, and nothing else.
    package static func setMask(_ mask: SignalMask) {
        var set = mask.set
        sigprocmask(SIG_SETMASK, &set, nil)
    }
}

/// A set of blocked signals.
package struct SignalMask: Sendable {
    let set: sigset_t

    /// The mask that blocks nothing.
    package static var empty: SignalMask {
        var set = sigset_t()
        sigemptyset(&set)
        return SignalMask(set: set)
    }

    /// The mask that blocks one signal.
    package static func of(_ signal: Signal) -> SignalMask {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, signal.rawValue)
        return SignalMask(set: set)
    }

    /// The mask of a thread that takes no signal but those of its own faults.
    package static var allButFaults: SignalMask {
        var set = sigset_t()
        sigfillset(&set)
        for fault in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] { sigdelset(&set, fault) }
        return SignalMask(set: set)
    }

    fileprivate init(set: sigset_t) {
        self.set = set
    }
}
