// Links in a file that all workers share: one line each, its code, a space, and the link.
//
// Invariant: the file only grows, by whole lines, under an exclusive lock. A line counts when its
// line feed is there: the part of a line that a killed worker left is never read, and the next
// worker that writes removes it.

import Glibc

struct LinkFile {
    private let file: CInt
    private var links: [String: Link] = [:]
    /// The length of the lines that `links` has.
    private var length = 0

    /// Opens the file, or makes it.
    init(path: String) throws(SystemError) {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC
        file = CInt(try SystemError.check("open \(path)") { Int(open(path, flags, 0o644)) })
    }

    /// The link of a code; nil where there is none.
    mutating func link(for code: String) throws(SystemError) -> Link? {
        if let link = links[code] { return link }
        try lock(LOCK_SH)
        defer { unlock() }
        try readNewLines()
        return links[code]
    }

    /// All links with their codes, in the order of the codes.
    mutating func all() throws(SystemError) -> [(code: String, link: Link)] {
        try lock(LOCK_SH)
        defer { unlock() }
        try readNewLines()
        return links.sorted { $0.key < $1.key }.map { (code: $0.key, link: $0.value) }
    }

    /// Adds a link and returns its code, once the line is on the disk.
    mutating func add(_ link: Link) throws(SystemError) -> String {
        try lock(LOCK_EX)
        defer { unlock() }
        try readNewLines()
        let code = unusedCode()
        try append("\(code) \(link.text)\n")
        links[code] = link
        return code
    }

    /// Takes in the lines that other workers have written since.
    private mutating func readNewLines() throws(SystemError) {
        let added = try readToEnd(from: length)
        guard let last = added.lastIndex(of: UInt8(ascii: "\n")) else { return }
        for line in added[..<last].split(separator: UInt8(ascii: "\n")) {
            let parts = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard parts.count == 2, let link = Link(String(parts[1])) else { continue }
            links[String(parts[0])] = link
        }
        length += last + 1
    }

    private func readToEnd(from start: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try SystemError.check("read") {
                pread(file, &buffer, buffer.count, start + bytes.count)
            }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }

    /// Writes a line in the place of whatever is behind the last whole one.
    private mutating func append(_ line: String) throws(SystemError) {
        try SystemError.check("truncate") { Int(ftruncate(file, length)) }
        var rest = Array(line.utf8)
        var end = length
        while !rest.isEmpty {
            let count = try SystemError.check("write") { pwrite(file, rest, rest.count, end) }
            rest.removeFirst(count)
            end += count
        }
        try SystemError.check("synchronize") { Int(fdatasync(file)) }
        length = end
    }

    private func unusedCode() -> String {
        while true {
            let code = String((0..<7).compactMap { _ in Self.alphabet.randomElement() })
            if links[code] == nil { return code }
        }
    }

    /// Letters and digits that are not easily taken for each other.
    private static let alphabet = Array("23456789abcdefghjkmnpqrstuvwxyz")

    /// flock(2); the kernel takes the lock back from a worker that dies.
    private func lock(_ operation: CInt) throws(SystemError) {
        try SystemError.check("lock") { Int(flock(file, operation)) }
    }

    private func unlock() {
        flock(file, LOCK_UN)
    }
}
