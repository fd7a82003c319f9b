import Testing

@testable import ForktailSystem

/// Signals by their names.
@Suite struct SignalNameTests {
    /// Those of the settings exec.stop_signal and exec.quick_signal.
    @Test(arguments: ["TERM", "INT", "QUIT", "HUP", "USR1", "USR2", "WINCH", "KILL"])
    func knowsItsName(_ name: String) throws {
        let signal = try #require(Signal(name: name))
        #expect("\(signal)" == "SIG\(name)")
    }

    @Test func knowsNoOther() {
        #expect(Signal(name: "SIGTERM") == nil)
        #expect(Signal(name: "") == nil)
    }
}
