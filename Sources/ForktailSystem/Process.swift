import CForktail
import Glibc

/// A process by its number.
package struct ProcessID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: CInt

    package init(rawValue: CInt) {
        self.rawValue = rawValue
    }

    package var description: String { String(rawValue) }
}

/// Calls on this process and its children.
package enum Process {
    /// The number of this process: getpid(2).
    package static var id: ProcessID { ProcessID(rawValue: getpid()) }

    /// The number of the parent: getppid(2).
    package static var parentID: ProcessID { ProcessID(rawValue: getppid()) }

    /// Makes a child that continues from here, with locks of Swift that work there: fork(2).
    ///
    /// The child begins with all signals blocked: one that is sent to it stays pending until it has
    /// handlers of its own, and is never handled by those of its parent.
    ///
    /// - Returns: The child's number in the parent, nil in the child.
    package static func fork() throws(Errno) -> ProcessID? {
        let mask = SignalDisposition.blockAll()
        let child = Result { () throws(Errno) in try check { forktail_fork() } }
        if case .success(0) = child { return nil }
        SignalDisposition.setMask(mask)
        return ProcessID(rawValue: try child.get())
    }

    /// Makes locks of Swift work in a child that other code has forked.
    ///
    /// - Parameter parent: The process that has called fork(2), on its main thread.
    package static func noteFork(by parent: ProcessID) { forktail_renew_thread(parent.rawValue) }

    /// Tells of a child that has ended, if there is one: waitid(2) with WNOHANG and WNOWAIT.
    ///
    /// Its number, and that of the process group that it leads, are not reused until it is
    /// released.
    package static func ended() -> (ProcessID, ExitStatus)? {
        var child = forktail_ended_child()
        // ECHILD, the only failure that WNOHANG leaves, means that there is no child at all.
        guard forktail_next_ended_child(&child) else { return nil }
        let status: ExitStatus =
            child.signaled
            ? .signaled(number: child.status, coreDumped: child.core_dumped)
            : .exited(code: child.status)
        return (ProcessID(rawValue: child.pid), status)
    }

    /// Whether a process is a child of this one, alive or not yet reaped: waitid(2).
    package static func isChild(_ process: ProcessID) -> Bool {
        process.rawValue > 0 && forktail_is_child(process.rawValue)
    }

    /// Takes a child that has ended from the table of processes: waitpid(2).
    package static func release(_ process: ProcessID) {
        waitpid(process.rawValue, nil, WNOHANG)
    }

    /// Kills all processes of the group that a process leads; there may be none: kill(2).
    package static func killGroup(ledBy process: ProcessID) {
        kill(-process.rawValue, SIGKILL)
    }

    /// The directory of this process's executable, also where that was replaced: proc_pid_exe(5).
    package static var executableDirectory: SystemString {
        var room = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &room, room.count)
        let path = room.prefix(max(0, count)).map(UInt8.init(bitPattern:))
        let end = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
        return SystemString(bytes: path[..<end])
    }

    /// The name of a process's program; nil once it has ended: proc_pid_comm(5).
    package static func name(of process: ProcessID) -> String? {
        guard let comm = try? FileSystem.contents(of: SystemString("/proc/\(process)/comm"))
        else { return nil }
        return String(decoding: comm.dropLast(), as: UTF8.self)
    }

    /// Sends a signal: kill(2).
    package static func send(_ signal: Signal, to process: ProcessID) throws(Errno) {
        try check { kill(process.rawValue, signal.rawValue) }
    }

    /// Asks a worker to stop and to empty the accept queue before it leaves: sigqueue(3).
    package static func sendDrainingTerminate(to process: ProcessID) throws(Errno) {
        try check {
            forktail_queue_signal(process.rawValue, SIGTERM, CInt(FORKTAIL_PAYLOAD_DRAIN))
        }
    }

    /// Aborts a worker that exceeded its timeout, so that its client is answered 504: sigqueue(3).
    package static func sendTimeoutAbort(to process: ProcessID) throws(Errno) {
        try check {
            forktail_queue_signal(process.rawValue, SIGABRT, CInt(FORKTAIL_PAYLOAD_TIMEOUT))
        }
    }

    /// Makes the kernel send this process a signal when its parent thread ends: prctl(2).
    package static func setParentDeathSignal(_ signal: Signal) throws(Errno) {
        try check { forktail_set_parent_death_signal(signal.rawValue) }
    }

    /// Makes this process the leader of a process group of its own: setpgid(2).
    package static func leadGroup() throws(Errno) {
        try check { setpgid(0, 0) }
    }

    /// Ends this process by a signal that it has caught, as if it had not: raise(3).
    package static func die(of signal: Signal) -> Never {
        SignalDisposition.resetAll()
        SignalDisposition.setMask(.empty)
        raise(signal.rawValue)
        leave(128 + signal.rawValue)
    }

    /// Leaves at once, without running what exit(3) would run: _exit(2).
    package static func leave(_ code: CInt) -> Never {
        _exit(code)
    }

    /// Leaves at once, with one of forktail's own codes: _exit(2).
    package static func leave(_ code: ExitCode) -> Never {
        _exit(code.rawValue)
    }

    /// Runs what exit(3) runs, such as writing out what `print` has buffered, and leaves.
    package static func end(_ code: ExitCode) -> Never {
        exit(code.rawValue)
    }

    /// How many processors the affinity mask of this process leaves: sched_getaffinity(2).
    package static var processorCount: Int { max(1, Int(forktail_processor_count())) }

    /// How many threads this process has, or nil where /proc is not mounted.
    package static func threadCount() -> Int? {
        let threads = ProcessTree.names(in: "/proc/self/task")
        return threads.isEmpty ? nil : threads.count
    }

    /// Waits, or returns earlier when a signal comes: nanosleep(2).
    package static func sleep(for duration: Duration) {
        var time = timespec()
        time.tv_sec = Int(duration.nanoseconds / 1_000_000_000)
        time.tv_nsec = Int(duration.nanoseconds % 1_000_000_000)
        nanosleep(&time, nil)
    }
}
