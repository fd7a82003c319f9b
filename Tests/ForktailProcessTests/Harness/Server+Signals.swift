import ForktailValues
import Glibc

extension Server {
    /// Sends a signal to the arbiter and waits until it was delivered: of two equal ones that wait
    /// for a process the kernel drops one, signal(7).
    func sendCounted(_ signal: Int32) throws {
        let arbiter = arbiter
        kill(arbiter, signal)
        try wait(until: "the delivery of signal \(signal)") {
            !Self.isPending(signal, in: arbiter)
        }
    }

    /// Waits until an arbiter, the server's own unless told otherwise, has done all it has begun.
    ///
    /// It logs what it is asked for before it does it, and takes one signal after the other: once
    /// the log has this one, which reopens the log files, the workers have been sent theirs.
    func waitForArbiter(_ process: pid_t? = nil) throws {
        let before = count(.signalReceived, ["signal": "SIGUSR1"])
        let process = process ?? arbiter
        if process > 1 { kill(process, SIGUSR1) }
        try waitForEvent(.signalReceived, ["signal": "SIGUSR1"], count: before + 1)
    }

    /// Runs a function while a process stands still, which then takes no part in accepting.
    func whileStopped<Result>(_ process: pid_t, _ body: () throws -> Result) throws -> Result {
        kill(process, SIGSTOP)
        defer { kill(process, SIGCONT) }
        try wait(until: "process \(process) to stand still") {
            ProcessTable.entry(process)?.state == "T"
        }
        return try body()
    }

    /// Waits until a reload is in force, with all that the arbiter does behind its line: listeners are
    /// closed, files of sockets are removed, settings of listeners are applied.
    func waitForReload(_ generation: Int) throws {
        try waitForEvent(.reloadCompleted, ["generation": generation])
        try waitForArbiter()
    }

    static func isPending(_ signal: Int32, in process: pid_t) -> Bool {
        let status = ProcessTable.text(of: "/proc/\(process)/status")
        return status.split(separator: "\n").contains { line in
            guard line.hasPrefix("ShdPnd:") || line.hasPrefix("SigPnd:"),
                let digits = line.split(separator: "\t").last, let set = UInt64(digits, radix: 16)
            else { return false }
            return set & (1 << UInt64(signal - 1)) != 0
        }
    }
}
