import ForktailValues
import Testing

/// The numbers that scripts and service managers look at: sysexits.h.
@Suite struct ExitCodeTests {
    @Test func keepsTheNumbersOfSysexits() {
        let numbers = [
            ExitCode.success, .usage, .unavailable, .bootFailed, .systemError, .configuration,
        ].map(\.rawValue)
        #expect(numbers == [0, 64, 69, 70, 71, 78])
    }

    @Test func ordersLogLevelsBySeverity() {
        #expect(LogLevel.allCases == LogLevel.allCases.sorted())
        #expect(LogLevel.allCases.map(\.syslogPriority) == [7, 6, 4, 3, 2])
    }
}
