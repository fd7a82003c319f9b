/// The text of a line in pieces, so that the longest of them can be cut.
package struct LineText {
    private enum Piece {
        case fixed([UInt8])
        case atom([UInt8])
    }

    private var pieces: [Piece] = []

    /// Makes an empty line.
    package init() {}

    /// Appends text that is never cut.
    package mutating func append(_ fixed: [UInt8]) {
        pieces.append(.fixed(fixed))
    }

    /// Appends text that is never cut.
    package mutating func append(_ fixed: String) {
        append(Array(fixed.utf8))
    }

    /// Appends escaped text that may be cut.
    package mutating func append(atom: [UInt8]) {
        pieces.append(.atom(atom))
    }

    /// Appends a text as a JSON string with its quotes, which may be cut between them.
    package mutating func append(json text: String) {
        var escaped: [UInt8] = []
        LogText.appendJSONContent(text, to: &escaped)
        append("\"")
        append(atom: escaped)
        append("\"")
    }

    /// Whether the line, with its newline, is no longer than `limit`, so that nothing is cut.
    package func fits(_ limit: Int) -> Bool {
        atomLengths.reduce(fixedLength, +) < limit
    }

    /// Makes the whole line.
    ///
    /// - Parameter limit: The greatest length. Where the line is longer, its longest atoms are cut to
    ///   one length, and end with `…`.
    /// - Returns: The line with its newline.
    package func line(limit: Int) -> [UInt8] {
        let room = limit - 1
        guard !fits(limit) else { return joined(atomLimit: .max) + [UInt8(ascii: "\n")] }
        let atomLimit = Self.atomLimit(atomLengths, room: room - fixedLength)
        // The last cut is for fixed text that is too long by itself.
        return Self.cut(joined(atomLimit: atomLimit), to: room) + [UInt8(ascii: "\n")]
    }

    private func joined(atomLimit: Int) -> [UInt8] {
        pieces.reduce(into: []) { line, piece in
            switch piece {
            case .fixed(let text): line += text
            case .atom(let text): line += Self.cut(text, to: atomLimit)
            }
        }
    }

    private var atomLengths: [Int] {
        pieces.compactMap { piece in
            switch piece {
            case .fixed: nil
            case .atom(let text): text.count
            }
        }
    }

    private var fixedLength: Int {
        pieces.reduce(0) { length, piece in
            switch piece {
            case .fixed(let text): length + text.count
            case .atom: length
            }
        }
    }

    /// The length to which the longest atoms are cut, so that all of them have room.
    package static func atomLimit(_ lengths: [Int], room: Int) -> Int {
        var rest = max(0, room)
        let ascending = lengths.sorted()
        for (index, length) in ascending.enumerated() {
            let share = rest / (ascending.count - index)
            if length > share { return share }
            rest -= length
        }
        return .max
    }

    /// The beginning of an escaped text and `…`; neither an escape nor a character is split.
    package static func cut(_ text: [UInt8], to limit: Int) -> [UInt8] {
        guard text.count > limit else { return text }
        let mark = Array("…".utf8)
        guard limit >= mark.count else { return [] }
        var end = 0
        while true {
            let next = end + lengthOfUnit(text, at: end)
            guard next <= limit - mark.count else { break }
            end = next
        }
        return text[..<end] + mark
    }

    /// The length of an escape (`\n`, `\x1b`, `\u001b`) or of a character.
    private static func lengthOfUnit(_ text: [UInt8], at start: Int) -> Int {
        var end = start + 1
        if text[start] == UInt8(ascii: "\\"), end < text.count {
            switch text[end] {
            case UInt8(ascii: "x"): end += 3
            case UInt8(ascii: "u"): end += 5
            case _: end += 1
            }
        }
        // What follows the first byte of a character in UTF-8.
        while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        return end - start
    }
}
