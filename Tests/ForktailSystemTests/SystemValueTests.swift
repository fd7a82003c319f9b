import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

/// Errors, signals, clocks and the environment.
@Suite struct SystemValueTests {
    @Test func speaksOfErrorsAsTheSystemDoes() {
        #expect("\(Errno.addressInUse)" == "Address already in use")
        #expect("\(Errno.permissionDenied)" == "Permission denied")
        #expect(Errno(rawValue: ENOENT) == .noEntry)
    }

    @Test func knowsWhichErrorsPass() {
        for error in [Errno.processFileLimit, .systemFileLimit, .noMemory] {
            #expect(error.isShortage)
        }
        for error in [Errno.wouldBlock, .noEntry, .brokenPipe] {
            #expect(!error.isShortage)
        }
    }

    @Test func namesSignals() {
        #expect("\(Signal.hangUp)" == "SIGHUP")
        #expect("\(Signal(rawValue: SIGSEGV))" == "SIGSEGV")
        #expect("\(Signal(rawValue: 63))" == "signal 63")
    }

    @Test func writesCivilTime() {
        let time = WallClock(secondsSince1970: 951_782_400)
        #expect(time.timestamp == "2000-02-29T00:00:00.000Z")
        #expect(time.minute == "2000-02-29 00:00")
        #expect(WallClock(secondsSince1970: -1).minute == "1969-12-31 23:59")
    }

    @Test func neverGoesBackOnTheMonotonicClock() {
        var last = Instant.now()
        for _ in 0..<1000 {
            let now = Instant.now()
            #expect(now >= last)
            last = now
        }
    }

    @Test func keepsTheOrderOfAMailbox() {
        let mailbox = Mailbox<Int>()
        for number in 0..<5 { mailbox.put(number) }
        #expect(mailbox.take() == 0)
        #expect(mailbox.takeAll() == [1, 2, 3, 4])
        #expect(mailbox.takeAll() == [])
    }

    @Test func takesAMissingUserForAnError() {
        #expect(throws: Credentials.UnknownName.self) {
            _ = try Credentials(user: "no-such-user-here", group: nil)
        }
        #expect(throws: Credentials.UnknownName.self) {
            _ = try Credentials(user: nil, group: "no-such-group-here")
        }
    }

    @Test func countsTheProcessesOfTheTest() throws {
        #expect(Process.processorCount >= 1)
        #expect(try #require(Process.threadCount()) >= 1)
        let size = try #require(ProcessMemory.proportionalSetSize(of: Process.id))
        #expect(size > 1_000_000)
    }
}
