import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

@testable import ForktailArbiter

/// The messages to systemd, as a socket of the test receives them.
@Suite struct ServiceManagerTests {
    private let folder: TemporaryFolder
    private let socket: SharedDescriptor
    private let process = ProcessID(rawValue: 100)

    init() throws {
        folder = try TemporaryFolder()
        let number = Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        socket = SharedDescriptor(FileDescriptor(owning: number))
        try socket.descriptor.setNonBlocking(true)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(folder.file("notify").utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        try #require(result == 0)
    }

    private func manager(
        _ more: [String: SystemString] = [:],
        isService: Bool = true
    ) -> ServiceManager {
        var environment = ["NOTIFY_SOCKET": SystemString(folder.file("notify"))]
        environment.merge(more) { $1 }
        return ServiceManager(environment: environment, process: process, isService: isService)
    }

    /// The assignments of all messages that have come.
    private func received() -> [[String]] {
        var messages: [[String]] = []
        while let bytes = try? socket.descriptor.readChunk() {
            let text = String(decoding: bytes, as: UTF8.self)
            messages.append(text.split(separator: "\n").map(String.init))
        }
        return messages
    }

    @Test func saysWhenTheServiceIsReady() throws {
        var manager = manager()
        try manager.show("booting")
        #expect(received() == [])
        try manager.becomeReady("4 of 4 workers ready")
        #expect(received() == [["READY=1", "STATUS=4 of 4 workers ready"]])
    }

    @Test func showsAStatusOnlyIfItHasChanged() throws {
        var manager = manager()
        try manager.becomeReady("a")
        _ = received()
        try manager.show("a")
        #expect(received() == [])
        try manager.show("b")
        try manager.show("b")
        #expect(received() == [["STATUS=b"]])
    }

    /// A status may hold the words of a worker.
    @Test func takesNoLineOfAStatusForAnAssignment() throws {
        var manager = manager()
        try manager.becomeReady("a\nMAINPID=1")
        #expect(received() == [["READY=1", "STATUS=a MAINPID=1"]])
    }

    @Test func framesEveryReload() throws {
        var manager = manager()
        try manager.becomeReady("a")
        _ = received()
        try manager.beginReload(at: Instant(sinceBoot: .milliseconds(5)))
        try manager.endReload("b")
        #expect(
            received() == [
                ["RELOADING=1", "MONOTONIC_USEC=5000", "STATUS=reloading"],
                ["READY=1", "STATUS=b"],
            ]
        )
    }

    @Test func claimsNoReadinessForAReloadBeforeTheFirst() throws {
        var manager = manager()
        try manager.endReload("reload failed")
        #expect(received() == [["STATUS=reload failed"]])
    }

    @Test func asksForTheTimeOfAStop() throws {
        var manager = manager()
        try manager.becomeReady("a")
        _ = received()
        try manager.beginStopping(within: .seconds(40))
        try manager.show("0 of 4 workers ready")
        #expect(
            received() == [["STOPPING=1", "STATUS=stopping", "EXTEND_TIMEOUT_USEC=40000000"]]
        )
    }

    @Test func givesTheReasonOfAFailedStart() throws {
        try manager().fail(.unavailable("bind 127.0.0.1:80: Permission denied", .permissionDenied))
        try manager().fail(.configuration("no user is called x"))
        #expect(
            received() == [
                ["ERRNO=13", "STATUS=cannot start: bind 127.0.0.1:80: Permission denied"],
                ["STATUS=cannot start: no user is called x"],
            ]
        )
    }

    @Test func isSilentWhileAnotherArbiterIsTheService() throws {
        var manager = manager()
        try manager.becomeReady("a")
        _ = received()
        try manager.handOver(to: ProcessID(rawValue: 200))
        try manager.show("b")
        #expect(manager.deadline == nil)
        #expect(received() == [["MAINPID=200"]])
        try manager.takeBack("c")
        #expect(received() == [["MAINPID=100", "READY=1", "STATUS=c"]])
    }

    @Test func isSilentUntilItServesAfterAnUpgrade() throws {
        var manager = manager(isService: false)
        try manager.fail(.configuration("x"))
        #expect(received() == [])
        try manager.becomeReady("a")
        #expect(received() == [["READY=1", "STATUS=a"]])
    }

    @Test func pingsTwiceInTheTimeOfTheWatchdog() throws {
        var manager = manager(["WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "100"])
        let start = try #require(manager.deadline)
        try manager.ping(at: start)
        try manager.ping(at: start + .milliseconds(999))
        #expect(received() == [["WATCHDOG=1"]])
        #expect(manager.deadline == start + .seconds(1))
        try manager.ping(at: start + .seconds(1))
        #expect(received() == [["WATCHDOG=1"]])
    }

    @Test(arguments: [
        ["WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "101"], ["WATCHDOG_USEC": "0"],
        ["WATCHDOG_USEC": "x"], [:],
    ])
    func pingsNoWatchdogThatIsNotForIt(environment: [String: SystemString]) throws {
        var manager = manager(environment)
        #expect(manager.deadline == nil)
        try manager.ping(at: .now() + .seconds(1000))
        #expect(received() == [])
    }

    @Test func needsNoManager() throws {
        var manager = ServiceManager(
            environment: ["NOTIFY_SOCKET": ""],
            process: process,
            isService: true
        )
        #expect(throws: Never.self) { try manager.becomeReady("a") }
        #expect(received() == [])
    }

    @Test func tellsWhenTheManagerIsGone() throws {
        var manager = ServiceManager(
            environment: ["NOTIFY_SOCKET": SystemString(folder.file("nowhere"))],
            process: process,
            isService: true
        )
        #expect(throws: Errno.noEntry) { try manager.becomeReady("a") }
    }
}
