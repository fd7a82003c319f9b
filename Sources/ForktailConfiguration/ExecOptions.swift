/// How a worker of the class `exec` runs its program.
public struct ExecOptions: Sendable, Equatable {
    /// The program and its arguments; empty for none.
    public package(set) var command: [String] = []
    /// The signal that asks the program to finish its requests and leave.
    public package(set) var stopSignal = ProgramSignal.term
    /// The signal that asks it to leave at once.
    public package(set) var quickSignal = ProgramSignal.quit
    /// What says that the program serves.
    public package(set) var ready = ProgramReadiness.auto
    /// What the program reads from its standard input.
    public package(set) var stdin = ProgramInput.null

    /// Makes the default options.
    public init() {}
}

/// A signal that a program may want for its end.
public enum ProgramSignal: String, CaseIterable, Sendable {
    case term = "TERM"
    case int = "INT"
    case quit = "QUIT"
    case hup = "HUP"
    case usr1 = "USR1"
    case usr2 = "USR2"
    case winch = "WINCH"
    case kill = "KILL"
}

/// What says that a program serves.
public enum ProgramReadiness: Sendable, Equatable {
    /// The first of `READY=1` and the proof that one of its processes waits at a listener.
    case auto
    /// The proof alone, for programs that report too early.
    case listening
    /// `READY=1` at its NOTIFY_SOCKET, sd_notify(3).
    case notify
    /// A newline that it writes to the descriptor in FORKTAIL_READY_FD.
    case fd
    /// That it has run for so long.
    case delay(Duration)
}

/// What a program reads from its standard input.
public enum ProgramInput: String, CaseIterable, Sendable {
    /// /dev/null.
    case null
    /// The first listener, as inetd does it.
    case listener
}
