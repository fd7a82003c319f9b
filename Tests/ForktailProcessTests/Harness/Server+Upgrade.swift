import ForktailValues
import Glibc

extension Server {
    /// The new arbiter of the latest upgrade, once it was started.
    var newArbiter: pid_t? {
        records(.upgradeStarted).last?.number("arbiter_pid").map(pid_t.init)
    }

    /// Makes the arbiter start another one on its sockets, and waits until that one serves.
    func upgrade() throws -> pid_t {
        let before = count(.upgradeReady)
        send(SIGUSR2)
        try waitForEvent(.upgradeReady, count: before + 1)
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
        try waitForEvent(.predecessorEnded, ["arbiter_pid": old])
    }
}
