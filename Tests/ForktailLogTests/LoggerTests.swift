import ForktailLog
import ForktailSystem
import ForktailTestSupport
import Foundation
import Testing

/// Lines of the server's log, in files of the test's own.
@Suite struct LoggerTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func logger(
        _ name: String = "log",
        threshold: LogLevel = .info,
        form: Logger.Form = .text,
        journalStream: String? = nil
    ) throws -> Logger {
        Logger(
            file: try LogFile(path: folder.file(name), stream: .standardError),
            threshold: threshold,
            form: form,
            journalStream: journalStream
        )
    }

    @Test func writesALineOfText() throws {
        try logger().info(.application, "worker 3\nready", [LogField("slot", 3)])
        let line = try folder.text(of: "log")
        let expected = try Regex(
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z "
                + "\\[\(ForktailSystem.Process.id)\\] info worker 3\\\\nready\n$"
        )
        #expect(line.contains(expected), "\(line)")
    }

    @Test func writesALineOfJSONWithItsFields() throws {
        let fields = [
            LogField("slot", 3), LogField("reason", "a \"b\"\n"),
            LogField("after", .milliseconds(1250)),
        ]
        try logger(form: .json).warning(.workerReady, "x → y", fields)
        let text = try folder.text(of: "log")
        #expect(text.hasSuffix("}\n"))
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let line = try #require(object)
        #expect(line["level"] as? String == "warning")
        #expect(line["event"] as? String == "worker_ready")
        #expect(line["message"] as? String == "x → y")
        #expect(line["pid"] as? Int == Int(ForktailSystem.Process.id.rawValue))
        #expect(line["slot"] as? Int == 3)
        #expect(line["reason"] as? String == "a \"b\"\n")
        #expect(line["after"] as? Double == 1.25)
        #expect(
            Set(line.keys) == [
                "time", "level", "event", "message", "pid", "slot", "reason", "after",
            ]
        )
    }

    @Test(arguments: LogLevel.allCases)
    func writesFromItsThresholdOn(threshold: LogLevel) throws {
        let logger = try logger(threshold: threshold)
        for level in LogLevel.allCases { logger.log(level, .application, level.rawValue) }
        let words = try folder.text(of: "log").split(separator: "\n").compactMap {
            $0.split(separator: " ").last.map(String.init)
        }
        #expect(words == LogLevel.allCases.filter { $0 >= threshold }.map(\.rawValue))
    }

    @Test func prefixesLinesForTheJournalOnlyIfItIsTheJournal() throws {
        let status = try FileSystem.status(of: try folder.write("", to: "log"))
        let stream = "\(status.identity.device):\(status.identity.inode)"
        try logger(journalStream: stream).error(.application, "to the journal")
        #expect(try folder.text(of: "log") == "<3>to the journal\n")
        try logger("other", journalStream: stream).error(.application, "to a file")
        #expect(try !folder.text(of: "other").hasPrefix("<"))
    }

    @Test func writesIntoTheNewFileOnceItIsReopened() throws {
        let logger = try logger()
        let number = logger.descriptor
        logger.info(.application, "one")
        try FileSystem.rename(folder.file("log"), to: folder.file("log.1"))
        logger.info(.application, "two")
        #expect(LogFiles(server: logger, access: nil).reopen().isEmpty)
        logger.info(.application, "three")
        #expect(logger.descriptor == number)
        #expect(try folder.text(of: "log.1").split(separator: "\n").count == 2)
        #expect(try folder.text(of: "log").hasSuffix(" three\n"))
    }

    @Test func continuesWithFilesThatAnotherProcessHasOpened() throws {
        let files = LogFiles(
            server: try logger(),
            access: try LogFile(path: folder.file("access"), stream: .standardOutput)
        )
        #expect(files.descriptors.count == 2)
        let fresh = try ["server.new", "access.new"].map {
            SharedDescriptor(try FilePlace.find(SystemString(folder.file($0))).openForAppending())
        }
        try files.replace(with: fresh)
        files.server.info(.application, "moved")
        Array("GET\n".utf8).withUnsafeBytes { _ = files.access?.write($0) }
        #expect(try folder.text(of: "server.new").hasSuffix(" moved\n"))
        #expect(try folder.text(of: "access.new") == "GET\n")
        #expect(try folder.text(of: "log") == "")
    }
}
