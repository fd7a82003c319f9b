import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

@testable import ForktailLog

/// The files that root opens as logs, where another user can write the directory.
@Suite(.enabled(if: getuid() == 0, "only root is led to the files of root"))
struct LogFileOpeningTests {
    private static let user: uid_t = 65534

    private let folder: TemporaryFolder
    /// A file of root's that clients must not write to.
    private let victim: String

    /// Makes a directory `d` of another user.
    init() throws {
        folder = try TemporaryFolder()
        chmod(folder.path, 0o755)
        victim = try folder.write("precious", to: "victim")
        mkdir(folder.file("d"), 0o755)
        try #require(chown(folder.file("d"), Self.user, Self.user) == 0)
    }

    private func open(_ name: String) throws -> LogFile {
        try LogFile(path: folder.file(name), stream: .standardError)
    }

    private func makeLink(_ name: String, to target: String, of owner: uid_t) throws {
        try #require(symlink(target, folder.file(name)) == 0)
        try #require(lchown(folder.file(name), owner, owner) == 0)
    }

    private func write(_ text: String, to log: LogFile) {
        text.utf8.span.bytes.withUnsafeBytes { _ = log.write($0) }
    }

    @Test func makesALogInTheDirectoryOfTheService() throws {
        try write("a", to: open("d/log"))
        try write("b", to: open("d/log"))
        #expect(try folder.text(of: "d/log") == "ab")
    }

    @Test func appendsToALogOfTheService() throws {
        _ = try folder.write("a", to: "d/log")
        chown(folder.file("d/log"), Self.user, Self.user)
        try write("b", to: open("d/log"))
        #expect(try folder.text(of: "d/log") == "ab")
    }

    @Test(arguments: ["d/log", "d/sub/log"])
    func followsNoLinkOfAnotherUser(name: String) throws {
        if name == "d/log" {
            try makeLink("d/log", to: victim, of: Self.user)
        } else {
            mkdir(folder.file("root"), 0o755)
            try makeLink("d/sub", to: folder.file("root"), of: Self.user)
        }
        let failure = try #require(throws: FileFailure.self) { _ = try open(name) }
        #expect(failure.errno == .symbolicLinkLoop)
        #expect(failure.description.contains("is a symbolic link of user \(Self.user)"))
        #expect(try folder.text(of: "victim") == "precious")
        #expect(throws: Errno.noEntry) { try FileSystem.status(of: folder.file("root/log")) }
    }

    @Test func followsLinksOfRoot() throws {
        mkdir(folder.file("logs"), 0o755)
        try makeLink("current", to: "logs", of: 0)
        try makeLink("logs/log", to: "real", of: 0)
        try write("a", to: open("current/log"))
        #expect(try folder.text(of: "logs/real") == "a")
        try makeLink("loop", to: "loop", of: 0)
        #expect(throws: FileFailure.self) { _ = try open("loop") }
    }

    @Test func appendsToNoSecondNameOfAFile() throws {
        try #require(link(victim, folder.file("d/log")) == 0)
        let failure = try #require(throws: FileFailure.self) { _ = try open("d/log") }
        #expect(failure.description.contains("has 2 names"))
        // Where only root can write, root has made both names.
        try #require(link(victim, folder.file("log")) == 0)
        #expect(throws: Never.self) { _ = try open("log") }
    }

    @Test func appendsToNoFileOfAnotherUserWhereAllCanWrite() throws {
        mkdir(folder.file("tmp"), 0o755)
        chmod(folder.file("tmp"), 0o1777)
        _ = try folder.write("", to: "tmp/log")
        chown(folder.file("tmp/log"), Self.user, Self.user)
        let failure = try #require(throws: FileFailure.self) { _ = try open("tmp/log") }
        #expect(failure.description.contains("belongs to user \(Self.user)"))
        try write("a", to: open("tmp/own"))
        try write("b", to: open("tmp/own"))
        #expect(try folder.text(of: "tmp/own") == "ab")
    }

    /// After the log was renamed its name is free for anything.
    @Test func keepsTheOpenLogWhereTheNewOneIsNotSafe() throws {
        let log = try open("d/log")
        try FileSystem.rename(folder.file("d/log"), to: folder.file("d/log.1"))
        try makeLink("d/log", to: victim, of: Self.user)
        #expect(throws: FileFailure.self) { try log.reopen() }
        write("a", to: log)
        #expect(try folder.text(of: "d/log.1") == "a")
        #expect(try folder.text(of: "victim") == "precious")
    }

    /// A container's /dev/stdout is a link to /proc/self/fd/1, which is one to an open file.
    @Test(arguments: ["/proc/self/fd", "/dev/fd"])
    func writesToAnOpenDescriptor(directory: String) throws {
        let ends = try Pipe.open()
        let reading = FileDescriptor(owning: ends.reading)
        let writing = FileDescriptor(owning: ends.writing)
        try makeLink("stdout", to: "\(directory)/\(writing.rawValue)", of: 0)
        try write("a", to: open("stdout"))
        #expect(try reading.readChunk() == Array("a".utf8))
    }
}
