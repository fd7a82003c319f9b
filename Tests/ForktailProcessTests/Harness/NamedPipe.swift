import Glibc

/// A pipe with a name that a server logs to, and its only reader, which reads when it is told to.
final class NamedPipe: Sendable {
    private let descriptor: Int32

    /// Makes the pipe; it is open for writing, too, so that a server that stops doesn't end it.
    init(_ path: String) throws {
        guard mkfifo(path, 0o600) == 0 else { throw TestFailure("\(path): errno \(errno)") }
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw TestFailure("\(path): errno \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    /// Writes lines until there is no room for another one.
    func fill() {
        let line = Array((String(repeating: "-", count: 4095) + "\n").utf8)
        while write(descriptor, line, line.count) > 0 {}
    }

    /// Reads what there is, 4,096 bytes at most.
    func read() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    /// Reads all that there is.
    func readAll() -> String {
        var all: [UInt8] = []
        while case let bytes = read(), !bytes.isEmpty { all += bytes }
        return String(decoding: all, as: UTF8.self)
    }
}
