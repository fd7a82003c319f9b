import ForktailSystem
import Testing

@testable import ForktailArbiter

/// What the log says of the sender of a signal.
@Suite struct SendingProcessTests {
    @Test func findsThisProcess() throws {
        let process = try #require(SendingProcess(Process.id))
        #expect(process.name == Process.name(of: Process.id))
        #expect(!process.user.isEmpty)
        #expect(SendingProcess(ProcessID(rawValue: .max)) == nil)
    }

    /// Lines of proc_pid_status(5), and the real user.
    @Test(arguments: [
        ("Name:\tbash\nUid:\t1000\t0\t0\t0\nGid:\t5\t5\t5\t5", "1000"),
        ("Name:\tUid:\t7\nUid:\t0\t1\t1\t1", "0"),
        ("Uid:", nil),
        ("", nil),
    ])
    func readsTheRealUser(status: String, number: String?) {
        #expect(SendingProcess.number(in: status.split(separator: "\n")) == number)
    }

    /// Numbers, and their names in a passwd(5).
    @Test(arguments: [("0", "root"), ("10", "ops"), ("1", nil), ("", nil)])
    func namesTheUser(number: String, name: String?) {
        let lines = "root:x:0:0::/root:/bin/sh\nbroken:0\nops::10:0:::".split(separator: "\n")
        #expect(SendingProcess.user(number, in: lines) == name)
    }
}
