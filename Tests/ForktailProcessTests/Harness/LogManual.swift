import ForktailValues
import Foundation

/// The manual's table of events, by which the lines of every server are checked.
enum LogManual {
    /// The fields that each event may have.
    static let fields: [String: Set<String>] = {
        let article = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/Forktail/Forktail.docc/Logs.md")
        guard let text = try? String(contentsOf: article, encoding: .utf8) else { return [:] }
        return text.split(separator: "\n").reduce(into: [:]) { table, row in
            let cells = row.split(separator: "|", omittingEmptySubsequences: false)
            guard cells.count == 5, let event = names(cells[1]).first else { return }
            table[event] = Set(names(cells[2]))
        }
    }()

    /// The fields that every event has.
    private static let common: Set<String> = ["time", "pid", "level", "event", "message"]

    /// Whether a line has nothing that the manual doesn't name.
    static func knows(_ record: LogRecord) -> Bool {
        // A program as a worker may write objects, too; forktail's begin with the time.
        guard record.line.hasPrefix("{\"time\":") else { return true }
        guard let documented = fields[record.text("event")] else { return false }
        return Set(record.fields.keys).isSubset(of: common.union(documented))
    }

    private static func names(_ cell: Substring) -> [String] {
        cell.matches(of: /`([a-z0-9_]+)`/).map { String($0.1) }
    }
}
