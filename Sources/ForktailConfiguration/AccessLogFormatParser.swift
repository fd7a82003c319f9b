/// Reads the notation of an access log line from left to right.
struct AccessLogFormatParser {
    private let characters: [Character]
    private var position = 0
    private var literal = ""
    private var parts: [AccessLogFormat.Part] = []

    init(_ format: String) {
        characters = Array(format)
    }

    mutating func parse() throws(SettingRefusal) -> [AccessLogFormat.Part] {
        while position < characters.count {
            try parsePiece()
        }
        finishLiteral()
        return parts
    }

    private mutating func parsePiece() throws(SettingRefusal) {
        let start = position
        guard let character = next(), character == "%" else {
            literal.append(characters[start])
            return
        }
        switch next() {
        case "%":
            literal.append("%")
        case "(":
            let atom = try parseAtom(from: start)
            finishLiteral()
            parts.append(.atom(atom))
        default:
            throw refusal("`%` begins neither an atom such as `%(h)s` nor `%%`", at: start)
        }
    }

    /// Parses what follows `%(`, up to and including `)s`.
    private mutating func parseAtom(from start: Int) throws(SettingRefusal) -> AccessLogAtom {
        var name = ""
        while let character = next() {
            guard character == ")" else {
                name.append(character)
                continue
            }
            guard next() == "s" else {
                throw refusal("the atom \(quoted("%(\(name))")) is not followed by `s`", at: start)
            }
            return try atom(named: name, from: start)
        }
        throw refusal("`%(` is not closed by `)s`", at: start)
    }

    private func atom(named name: String, from start: Int) throws(SettingRefusal) -> AccessLogAtom {
        if name.count == 1, let letter = name.first, let atom = AccessLogAtom(letter: letter) {
            return atom
        }
        guard let atom = namedAtom(name) else {
            throw refusal("unknown atom \(quoted("%(\(name))s"))", at: start)
        }
        return atom
    }

    /// Returns the atom written `{name}i`, `{name}o`, `{name}e` or `{name}x`.
    private func namedAtom(_ text: String) -> AccessLogAtom? {
        guard text.first == "{", let kind = text.last, text.dropLast().last == "}" else {
            return nil
        }
        let name = String(text.dropFirst().dropLast(2))
        guard !name.isEmpty, !name.contains(where: { $0 == "{" || $0 == "}" }) else { return nil }
        switch kind {
        case "i": return .requestField(name)
        case "o": return .responseField(name)
        case "e": return .environmentVariable(name)
        case "x": return SecureFact(rawValue: name).map(AccessLogAtom.secure)
        default: return nil
        }
    }

    private mutating func next() -> Character? {
        guard position < characters.count else { return nil }
        defer { position += 1 }
        return characters[position]
    }

    private mutating func finishLiteral() {
        guard !literal.isEmpty else { return }
        parts.append(.literal(literal))
        literal = ""
    }

    private func refusal(_ reason: String, at position: Int) -> SettingRefusal {
        SettingRefusal("\(reason) at character \(position + 1)")
    }
}
