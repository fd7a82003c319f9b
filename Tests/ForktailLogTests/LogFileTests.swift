import ForktailLog
import ForktailSystem
import Foundation
import Glibc
import Testing

/// Logs whose reader is slow, stopped or gone.
@Suite struct LogFileTests {
    /// What a log can be written to, with a reader.
    enum Medium: CaseIterable {
        case pipe, blockingPipe, streamSocket, datagramSocket, terminal

        /// Opens both ends; the reading one doesn't block.
        func open() throws -> (reading: SharedDescriptor, writing: SharedDescriptor) {
            let (reading, writing) = try openNumbers()
            let ends = (
                SharedDescriptor(FileDescriptor(owning: reading)),
                SharedDescriptor(FileDescriptor(owning: writing))
            )
            try ends.0.descriptor.setNonBlocking(true)
            if self != .pipe && self != .terminal { try ends.1.descriptor.setNonBlocking(false) }
            return ends
        }

        private func openNumbers() throws -> (CInt, CInt) {
            switch self {
            case .pipe, .blockingPipe:
                let ends = try Pipe.open()
                return (ends.reading, ends.writing)
            case .streamSocket: return try Self.pair(SOCK_STREAM)
            case .datagramSocket: return try Self.pair(SOCK_DGRAM)
            case .terminal:
                let keyboard = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
                // ioctl_tty(2): what unlockpt(3) and ptsname(3) are made of.
                let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
                var number: CInt = 0
                try #require(ioctl(keyboard, unlock, &number) == 0)
                try #require(ioctl(keyboard, getNumber, &number) == 0)
                let flags = O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
                return (keyboard, Glibc.open("/dev/pts/\(number)", flags))
            }
        }

        private static func pair(_ type: __socket_type) throws -> (CInt, CInt) {
            var ends: [CInt] = [-1, -1]
            try #require(socketpair(AF_UNIX, CInt(type.rawValue), 0, &ends) == 0)
            return (ends[0], ends[1])
        }
    }

    private let reading: SharedDescriptor
    private let file: LogFile
    private let logger: Logger

    /// A log that is written to the medium.
    private init(_ medium: Medium) throws {
        let ends = try medium.open()
        reading = ends.reading
        file = try LogFile(path: "/dev/null", stream: .standardError)
        try file.replace(with: ends.writing)
        logger = Logger(file: file, threshold: .info, form: .text, journalStream: nil)
    }

    init() throws {
        try self.init(.pipe)
    }

    /// All that was written since the last call, without the carriage returns of a terminal.
    private func read() -> String {
        var bytes: [UInt8] = []
        while let chunk = try? reading.descriptor.readChunk(), !chunk.isEmpty { bytes += chunk }
        return String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }

    /// What follows the severity of each line.
    private static func messages(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            line.split(separator: " ", maxSplits: 3).last.map(String.init) ?? ""
        }
    }

    @Test(arguments: Medium.allCases)
    func losesWholeLinesOfAStoppedReaderAndCountsThemOnce(medium: Medium) throws {
        let test = try LogFileTests(medium)
        let padding = String(repeating: "x", count: 300)
        let lines = (0..<2000).map { "line \($0) \(padding)" }
        for line in lines { test.logger.info(.application, line) }
        #expect(test.file.hasLoss)
        var read = Self.messages(test.read())
        test.logger.info(.application, "read again")
        #expect(!test.file.hasLoss)
        read += Self.messages(test.read())
        #expect(read.removeLast() == "read again")
        let reports = read.compactMap {
            $0.wholeMatch(
                of: /([\d,]+) lines? of the server's log lost: the reader of .* was too slow/
            )
        }
        let lost = reports.compactMap { Int($0.1.filter { $0 != "," }) }.reduce(0, +)
        #expect(read.count(where: Set(lines).contains) + lost == 2000)
        // A terminal takes a part of a line, which counts as lost, and has room again by itself.
        guard medium != .terminal else { return }
        #expect(reports.count == 1)
        #expect(Array(read.dropLast()) == Array(lines.prefix(2000 - lost)))
    }

    /// The report of a process that has nothing more to log.
    @Test func reportsALossWithoutAnotherLine() throws {
        while !file.hasLoss { logger.info(.application, "line") }
        logger.reportLoss()
        #expect(file.hasLoss)
        _ = read()
        logger.reportLoss()
        #expect(read().contains(" warning 1 line of the server's log lost: "))
        logger.reportLoss()
        #expect(read() == "")
    }

    /// A child of fork(2) leaves the losses of its parent to the parent.
    @Test func countsALossInOneProcessOnly() throws {
        let files = LogFiles(server: logger, access: file)
        while !file.hasLoss { logger.info(.application, "line") }
        files.forgetLosses()
        _ = read()
        files.reportLosses(isLast: true)
        #expect(read() == "")
    }

    @Test func continuesTheCountAfterAReload() throws {
        while !file.hasLoss { logger.info(.application, "line") }
        let fresh = try LogFileTests(.pipe)
        fresh.logger.takeOverLoss(of: logger)
        #expect(!file.hasLoss)
        fresh.logger.info(.application, "after the reload")
        #expect(fresh.read().contains(" 1 line of the server's log lost: "))
    }

    /// The access log's losses are told in the server's log, whose format programs expect.
    @Test func reportsALossOfTheAccessLogInTheServersLog() throws {
        let access = try LogFile(path: "/dev/full", stream: .standardOutput)
        for _ in 0..<3 { Array("GET\n".utf8).withUnsafeBytes { _ = access.write($0) } }
        LogFiles(server: logger, access: access).reportLosses()
        let report = "3 lines of the access log lost: /dev/full: No space left on device"
        #expect(Self.messages(read()) == [report])
    }

    /// Lines that several processes write to a pipe stay whole up to PIPE_BUF only.
    @Test(arguments: [Logger.Form.text, .json])
    func cutsALineToWhatAPipeTakesAsAWhole(form: Logger.Form) throws {
        let logger = Logger(file: file, threshold: .info, form: form, journalStream: nil)
        let path = "/" + String(repeating: "ü\n", count: 3000)
        logger.info(.application, "GET \(path)", [LogField("path", path), LogField("slot", 3)])
        let line = read()
        #expect(line.utf8.count <= 4096 && line.utf8.count > 4080)
        #expect(line.hasSuffix("\n") && line.contains("…"))
        guard form == .json else { return }
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["slot"] as? Int == 3)
        #expect((object?["path"] as? String)?.hasPrefix("/ü\nü\n") == true)
    }

    /// Another process may share the open file, such as the shell that started forktail.
    @Test func leavesTheSharedOpenFileBlocking() throws {
        let ends = try Medium.blockingPipe.open()
        let own = try ends.writing.descriptor.reopenedWithoutBlocking()
        #expect(try own.isNonBlocking())
        #expect(try !ends.writing.descriptor.isNonBlocking())
        #expect(try own.status().identity == ends.writing.descriptor.status().identity)
    }
}
