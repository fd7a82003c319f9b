import ForktailLog
import ForktailSystem
import ForktailTestSupport
import Foundation
import Testing

/// The server's log and the access log as a pair.
@Suite struct LogFilesTests {
    private let folder: TemporaryFolder
    private let files: LogFiles

    init() throws {
        folder = try TemporaryFolder()
        for name in ["server", "access"] {
            try FileManager.default.createDirectory(
                atPath: folder.file(name),
                withIntermediateDirectories: false
            )
        }
        let server = try LogFile(path: folder.file("server/log"), stream: .standardError)
        files = LogFiles(
            server: Logger(file: server, threshold: .info, form: .text, journalStream: nil),
            access: try LogFile(path: folder.file("access/log"), stream: .standardOutput)
        )
    }

    /// One that can't be reopened is named, and keeps the other from nothing.
    @Test(arguments: [("server", "access"), ("access", "server")])
    func reopensEachByItself(lost: String, other: String) throws {
        try FileManager.default.moveItem(atPath: folder.file(lost), toPath: folder.file("gone"))
        try FileManager.default.removeItem(atPath: folder.file("\(other)/log"))
        let failures = files.reopen()
        #expect(failures.map(\.path) == [folder.file("\(lost)/log")])
        #expect(failures.first?.failure.errno == .noEntry)
        let text = try #require(failures.first?.description)
        #expect(text.contains("No such file or directory") && text.contains("make its directory"))
        #expect(FileManager.default.fileExists(atPath: folder.file("\(other)/log")))
        try FileManager.default.moveItem(atPath: folder.file("gone"), toPath: folder.file(lost))
        #expect(files.reopen().isEmpty)
    }
}
