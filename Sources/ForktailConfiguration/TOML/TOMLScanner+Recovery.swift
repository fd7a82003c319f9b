/// Where to go on behind a fault.
extension TOMLScanner {
    /// Moves to the next line that looks like a statement, or to the end.
    ///
    /// - Parameters:
    ///   - line: Where the faulty statement began; no later statement begins there.
    ///   - isHeader: Whether only a header will do.
    mutating func skipToStatement(after line: Int, isHeader: Bool) {
        if position.line > line, position.column == 1, isAtStatement(isHeader) { return }
        while current != nil {
            if takeNewline() {
                if isAtStatement(isHeader) { return }
            } else {
                advance()
            }
        }
    }

    /// Whether a header is here, or a key and its `=`; what is indented is taken for the rest of an
    /// array.
    private func isAtStatement(_ isHeader: Bool) -> Bool {
        guard current != ascii("[") else { return true }
        guard !isHeader, current?.isBareKeyByte == true else { return false }
        var distance = 1
        while let byte = peek(distance), byte.isBareKeyByte || byte.isBlank || byte == ascii(".") {
            distance += 1
        }
        return peek(distance) == ascii("=")
    }
}
