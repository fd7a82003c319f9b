import Glibc

extension Server {
    /// The new arbiter of the latest upgrade, once it was started.
    var newArbiter: pid_t? {
        logLines.last { $0.contains("upgrade: the new arbiter is pid ") }
            .flatMap { $0.split(separator: " ").last }.flatMap { pid_t($0) }
    }

    /// Has the arbiter start another one on its sockets, and waits until that one serves.
    func upgrade() throws -> pid_t {
        let count = countInLog("TERM stops this one")
        send(SIGUSR2)
        try waitForLog("TERM stops this one", count: count + 1)
        guard let newArbiter else { throw TestFailure("no new arbiter in the log") }
        return newArbiter
    }

    /// Stops the old arbiter of an upgrade; from here on the test is about the new one.
    func handOver(to new: pid_t) throws {
        let old = arbiter
        kill(old, SIGTERM)
        successor = new
        try wait(until: "the end of the old arbiter") {
            _ = process.poll()
            return !ProcessTable.isAlive(old)
        }
        try waitForLog("the arbiter before this one (pid \(old)) has gone")
    }
}
