import ForktailTestSupport

@testable import ForktailConfiguration

/// What must hold of any bytes that may be a TOML document.
enum TOMLProperty {
    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        let document = TOMLParser.parse(bytes)
        for fault in document.faults { try checkPlace(of: fault, in: bytes) }
        let lines = document.faults.map(\.position.line)
        guard zip(lines, lines.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw BrokenPromise("the faults are not in order: \(lines)")
        }
        try checkKeys(of: document.table)
        if document.faults.isEmpty { try checkWriting(of: document.table) }
    }

    /// The fault lies within the document, and says what it is.
    private static func checkPlace(
        of error: TOMLError,
        in bytes: [UInt8]
    ) throws(BrokenPromise) {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard (1...lines.count).contains(error.position.line),
            (1...lines[error.position.line - 1].count + 1).contains(error.position.column),
            !error.reason.isEmpty
        else { throw BrokenPromise("\(error.position): \(error.reason)") }
    }

    private static func checkKeys(of table: TOMLTable) throws(BrokenPromise) {
        let keys = Set(table.entries.map { Array($0.key.utf8) })
        guard keys.count == table.entries.count else { throw BrokenPromise("a key twice") }
    }

    /// What is written of the table is read as the same.
    private static func checkWriting(of table: TOMLTable) throws(BrokenPromise) {
        // An array of tables nests deeper when it stands on one line than under its headers.
        guard TOMLWriting.depth(of: table) <= TOMLParser.nestingLimit else { return }
        let document = TOMLWriting.document(table)
        let again = TOMLParser.parse(Array(document.utf8))
        guard again.faults.isEmpty, render(again.table) == render(table) else {
            throw BrokenPromise("\(document) reads otherwise: \(again)")
        }
    }
}
