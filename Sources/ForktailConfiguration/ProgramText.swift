/// A text of the command line or the environment of a program, with what each worker fills in:
/// `{slot}`, `{port}`, `{fd}` and `{pid}`; `{{` is a brace.
package struct ProgramText: Sendable, Equatable {
    /// What is filled in.
    package enum Placeholder: String, CaseIterable, Sendable {
        /// The number of the worker's slot.
        case slot
        /// The port of the first listener.
        case port
        /// The number of the first listener's descriptor.
        case fd
        /// The number of the worker's process.
        case pid
    }

    private enum Part: Sendable, Equatable {
        case text(String)
        case placeholder(Placeholder)
    }

    private var parts: [Part] = []

    /// Reads a text.
    ///
    /// - Throws: `SettingRefusal` where a brace begins nothing that can be filled in.
    package init(_ text: String) throws(SettingRefusal) {
        var rest = text[...]
        while let brace = rest.firstIndex(of: "{") {
            append(rest[..<brace])
            rest = rest[rest.index(after: brace)...]
            if rest.first == "{" {
                append("{")
                rest.removeFirst()
                continue
            }
            let name = rest.prefix { $0 != "}" }
            guard name.endIndex < rest.endIndex, let known = Placeholder(rawValue: String(name))
            else {
                throw SettingRefusal(
                    "\(quoted(text)) has a brace that begins none of "
                        + Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
                        + "; write {{ for a brace"
                )
            }
            parts.append(.placeholder(known))
            rest = rest[rest.index(after: name.endIndex)...]
        }
        append(rest)
    }

    private mutating func append(_ text: Substring) {
        guard !text.isEmpty else { return }
        if case .text(let before) = parts.last {
            parts[parts.count - 1] = .text(before + text)
        } else {
            parts.append(.text(String(text)))
        }
    }

    /// Whether a placeholder is in the text.
    package func uses(_ placeholder: Placeholder) -> Bool {
        parts.contains(.placeholder(placeholder))
    }

    /// Returns the text with every placeholder replaced by what `value` returns for it.
    package func filled(_ value: (Placeholder) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let placeholder): value(placeholder)
            }
        }.joined()
    }
}
