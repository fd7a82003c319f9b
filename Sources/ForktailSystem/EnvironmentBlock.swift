/// The variables that a process was started with, in their order: environ(7).
package struct EnvironmentBlock: Sendable {
    /// Each as `NAME=value`.
    private var entries: [SystemString]

    init(_ entries: [SystemString]) {
        self.entries = entries
    }

    /// The values by their names; of two with one name the first counts, as for getenv(3).
    package var variables: [String: SystemString] {
        let pairs = entries.compactMap { entry -> (String, SystemString)? in
            guard let end = Self.nameEnd(of: entry) else { return nil }
            let name = SystemString(bytes: entry.bytes[..<end]).description
            return (name, SystemString(bytes: entry.bytes[(end + 1)...]))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The value of a variable.
    package subscript(name: String) -> SystemString? {
        entries.first { Self.isNamed(name, $0) }.map {
            SystemString(bytes: $0.bytes[(name.utf8.count + 1)...])
        }
    }

    /// Returns the entries with some variables set, or removed where there is no value.
    func changing(_ changes: [String: String?]) -> [SystemString] {
        let kept = entries.filter { entry in
            !changes.keys.contains { Self.isNamed($0, entry) }
        }
        let set = changes.compactMap { name, value in value.map { SystemString("\(name)=\($0)") } }
        return kept + set
    }

    private static func nameEnd(of entry: SystemString) -> Int? {
        entry.bytes.firstIndex(of: UInt8(ascii: "="))
    }

    private static func isNamed(_ name: String, _ entry: SystemString) -> Bool {
        entry.bytes.starts(with: "\(name)=".utf8)
    }
}
