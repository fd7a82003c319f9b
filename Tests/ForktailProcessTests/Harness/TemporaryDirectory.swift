import Glibc

/// A directory of its own for each server: its working directory, by which every process that it
/// leaves can be found.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/forktail-test.XXXXXX\0".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp: errno \(errno)") }
        path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        chmod(path, 0o755)
    }

    deinit {
        Self.removeTree(path)
    }

    /// The names of the files in it.
    var names: [String] { Self.names(in: path) }

    func path(of name: String) -> String { "\(path)/\(name)" }

    func contains(_ name: String) -> Bool { access(path(of: name), F_OK) == 0 }

    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = open(path(of: name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw TestFailure("\(name): errno \(errno)") }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(file, $0.baseAddress, $0.count)
            }
            guard count > 0 else { throw TestFailure("\(name): errno \(errno)") }
            written += count
        }
    }

    /// The contents of a file; empty where there is none.
    func text(of name: String) -> String { ProcessTable.text(of: path(of: name)) }

    /// The lines of a file that are whole: of the last one a part may have been written.
    func lines(of name: String) -> [Substring] {
        text(of: name).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .filter { !$0.isEmpty }
    }

    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func removeTree(_ path: String) {
        for name in names(in: path) where unlink("\(path)/\(name)") != 0 {
            removeTree("\(path)/\(name)")
        }
        rmdir(path)
    }
}
