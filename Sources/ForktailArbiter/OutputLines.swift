/// Cuts the output of a program into lines.
struct OutputLines {
    /// The longest line; a longer one becomes several.
    static let limit = 8192
    /// How many of the last lines are kept, to say why the program could not start.
    private static let kept = 5

    private var rest: [UInt8] = []
    /// The last lines that are not indented, the oldest first.
    ///
    /// An indented line is a frame of a stack in Java, JavaScript, Python and Ruby; the reason stands
    /// before or behind it.
    private(set) var last: [String] = []

    /// Takes bytes, and returns the lines that end in them, without their ends; empty lines are left
    /// out.
    mutating func take(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                end(&lines)
            } else {
                rest.append(byte)
                if rest.count == Self.limit { end(&lines) }
            }
        }
        return lines
    }

    /// Returns what was written behind the last end of a line.
    mutating func finish() -> [String] {
        var lines: [String] = []
        end(&lines)
        return lines
    }

    private mutating func end(_ lines: inout [String]) {
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        defer { rest.removeAll(keepingCapacity: true) }
        guard !rest.isEmpty else { return }
        let line = String(decoding: rest, as: UTF8.self)
        lines.append(line)
        guard line.first != " ", line.first != "\t" else { return }
        last.append(line)
        if last.count > Self.kept { last.removeFirst() }
    }
}
