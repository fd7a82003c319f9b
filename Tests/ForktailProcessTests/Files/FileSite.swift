import ForktailTestSupport
import Glibc

/// A directory `root` with files, and the settings to serve it.
struct FileSite {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        makeDirectory("")
    }

    /// Makes a directory below the root.
    func makeDirectory(_ path: String) {
        mkdir(self.path(path), 0o755)
    }

    func write(_ text: String, to path: String) throws {
        try directory.write(text, to: "root/\(path)")
    }

    func write(_ bytes: [UInt8], to path: String) throws {
        try directory.write(bytes, to: "root/\(path)")
    }

    func link(_ path: String, to target: String) {
        symlink(target, self.path(path))
    }

    func path(_ path: String) -> String { directory.path(of: "root/\(path)") }

    /// Dates a file, in seconds since 1970.
    func date(_ path: String, _ seconds: Int, nanoseconds: Int = 0) {
        let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
        utimensat(AT_FDCWD, self.path(path), [time, time], 0)
    }

    /// Replaces a file as one should: by the rename of a new one.
    func replace(_ path: String, by text: String) throws {
        try write(text, to: "new")
        rename(self.path("new"), self.path(path))
    }

    /// Writes over the start of a file, which is never shorter meanwhile.
    func overwrite(_ path: String, by text: String) throws {
        let file = open(self.path(path), O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw TestFailure("\(path): errno \(errno)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw TestFailure("\(path): errno \(errno)")
        }
    }

    /// Runs a test with the application `files`; `settings` are lines of the table `files`.
    func serve(
        _ settings: String = "",
        workers: Int = 2,
        _ body: (Server) throws -> Void
    ) throws {
        let setup = ServerSetup(
            executable: .forktail,
            workers: workers,
            settings: "app = \"files\"\n[files]\nroot = \"root\"\n\(settings)"
        )
        // The log of an earlier server would name its address.
        unlink(directory.path(of: "stderr"))
        try Server.run(setup, in: directory, body)
    }

    /// Bytes of which no two places look alike.
    static func bytes(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: random.next()) { bytes += $0 } }
        return Array(bytes.prefix(count))
    }
}

extension Server {
    /// Asks for something with fields; the connection ends after the answer.
    func ask(
        _ path: String,
        method: String = "GET",
        _ fields: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        try Client.ask(path, at: address, method: method, fields)
    }
}
