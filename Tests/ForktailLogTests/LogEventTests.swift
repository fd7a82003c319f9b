import ForktailValues
import Foundation
import Testing

/// The names by which programs know lines of the log.
@Suite struct LogEventTests {
    /// The manual's table has each event once, in the order of the declaration.
    @Test func areInTheManual() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Forktail/Forktail.docc/Logs.md")
        let manual = try String(contentsOf: root, encoding: .utf8)
        let rows = manual.matches(of: /(?m)^\| `([a-z_0-9]+)` \|/).map { String($0.1) }
        #expect(rows == LogEvent.allCases.map(\.rawValue))
    }

    @Test(arguments: LogEvent.allCases)
    func areLowercaseWords(event: LogEvent) {
        #expect(event.rawValue.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
    }
}
