import ForktailConfiguration
import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

@testable import ForktailArbiter

/// The options of listening sockets, as the kernel reports them.
@Suite struct ListenerTests {
    private static func blocks(_ listener: Listener) -> Bool {
        fcntl(listener.socket.rawValue, F_GETFL) & O_NONBLOCK == 0
    }

    private static func option(_ level: CInt, _ name: CInt, of listener: Listener) -> CInt {
        var value: CInt = -1
        var size = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(listener.socket.rawValue, level, name, &value, &size)
        return value
    }

    private static func defersAccept(_ listener: Listener) -> Bool {
        option(CInt(IPPROTO_TCP), TCP_DEFER_ACCEPT, of: listener) > 0
    }

    private static func waitingTime(_ listener: Listener) -> Duration {
        var time = timeval()
        var size = socklen_t(MemoryLayout<timeval>.size)
        getsockopt(listener.socket.rawValue, SOL_SOCKET, SO_RCVTIMEO, &time, &size)
        return .seconds(time.tv_sec) + .microseconds(Int64(time.tv_usec))
    }

    @Test func blocksOnlyWhereWorkersWaitInAcceptOfOneListener() throws {
        let one = try serviceSettings("--bind", "127.0.0.1:0")
        try one.applyListenerSettings(besidePrograms: false)
        #expect(one.listeners.map(Self.blocks) == [true])
        let two = try serviceSettings("--bind", "127.0.0.1:0", "--bind", "127.0.0.2:0")
        try two.applyListenerSettings(besidePrograms: false)
        #expect(two.listeners.map(Self.blocks) == [false, false])
        let polled = try serviceSettings("--bind", "127.0.0.1:0", waiting: .poll)
        try polled.applyListenerSettings(besidePrograms: false)
        #expect(polled.listeners.map(Self.blocks) == [false])
    }

    @Test func waitsNoLongerThanAHeartbeat() throws {
        let settings = try serviceSettings("--bind", "127.0.0.1:0", "--timeout", "2")
        try settings.applyListenerSettings(besidePrograms: false)
        let listener = try #require(settings.listeners.first)
        let difference = Self.waitingTime(listener) - .milliseconds(500)
        // The kernel rounds to its ticks.
        #expect(difference >= .zero && difference <= .milliseconds(20))
    }

    @Test func neverMakesAListenerBlockBesideOtherWorkers() throws {
        let old = try serviceSettings("--bind", "127.0.0.1:0", waiting: .poll)
        try old.applyListenerSettings(besidePrograms: false)
        let new = try serviceSettings("--bind", "127.0.0.1:0", available: old.listeners)
        #expect(new.listeners.first === old.listeners.first)
        #expect(new.listeners.map(Self.blocks) == [false])
        try new.applyListenerSettings(besidePrograms: false)
        #expect(new.listeners.map(Self.blocks) == [true])
    }

    /// The first program finds a listener as new ones are.
    ///
    /// From then on programs set O_NONBLOCK as they want it. The connections that they accept would
    /// inherit a time limit.
    @Test(arguments: [true, false]) func leavesAListenerToPrograms(blocks: Bool) throws {
        let old = try serviceSettings("--bind", "127.0.0.1:0", waiting: blocks ? .accept : .poll)
        try old.applyListenerSettings(besidePrograms: false)
        let programs = try serviceSettings(
            "--bind",
            "127.0.0.1:0",
            available: old.listeners,
            waiting: .program
        )
        let listener = try #require(programs.listeners.first)
        #expect(Self.waitingTime(listener) > .zero)
        #expect(Self.blocks(listener))
        try listener.socket.setNonBlocking(!blocks)
        try programs.applyListenerSettings(besidePrograms: true)
        #expect(Self.blocks(listener) == blocks)
        #expect(Self.waitingTime(listener) == .zero)
        #expect(!Self.defersAccept(listener))
    }

    @Test(arguments: [WorkerClassTraits.Waiting.accept, .poll])
    func changesNoFlagBesidePrograms(waiting: WorkerClassTraits.Waiting) throws {
        let programs = try serviceSettings("--bind", "127.0.0.1:0", waiting: .program)
        try programs.applyListenerSettings(besidePrograms: true)
        let listener = try #require(programs.listeners.first)
        for blocks in [true, false] {
            try listener.socket.setNonBlocking(!blocks)
            let own = try serviceSettings(
                "--bind",
                "127.0.0.1:0",
                available: programs.listeners,
                waiting: waiting,
                besidePrograms: true
            )
            #expect(Self.blocks(listener) == blocks)
            try own.applyListenerSettings(besidePrograms: true)
            #expect(Self.blocks(listener) == blocks)
            #expect(Self.waitingTime(listener) > .zero)
        }
    }

    @Test func holdsSilentClientsBackAtPorts() throws {
        let settings = try serviceSettings("--bind", "127.0.0.1:0")
        let listener = try #require(settings.listeners.first)
        try settings.applyListenerSettings(besidePrograms: false)
        #expect(Self.defersAccept(listener))
    }

    @Test func admitsSilentHealthChecksOfProxies() throws {
        let plain = try serviceSettings("--bind", "127.0.0.1:0")
        try plain.applyListenerSettings(besidePrograms: false)
        let proxied = try serviceSettings(
            "--bind",
            "127.0.0.1:0",
            "--proxy-protocol",
            "auto",
            available: plain.listeners
        )
        let listener = try #require(proxied.listeners.first)
        #expect(listener === plain.listeners.first)
        #expect(Self.defersAccept(listener))
        try proxied.applyListenerSettings(besidePrograms: false)
        #expect(!Self.defersAccept(listener))
    }

    @Test func leavesTheChoiceOfAnotherProgramUnlessWorkersWantMore() throws {
        let made = try serviceSettings("--bind", "127.0.0.1:0")
        let socket = try #require(made.listeners.first)
        func foreign() throws -> Listener {
            Listener(
                address: socket.address,
                socket: try socket.socket.duplicate(),
                url: socket.url,
                file: nil,
                isForeign: true
            )
        }
        let plain = ListenerSettings(
            blocks: true,
            waitingTime: .seconds(1),
            defersAccept: false,
            backlog: 7,
            socketFile: try SocketFileSettings(Configuration(), workers: nil)
        )
        try socket.socket.deferAccept(true)
        try foreign().apply(plain)
        #expect(Self.defersAccept(socket))
        let listener = try foreign()
        try listener.apply(
            ListenerSettings(
                blocks: true,
                waitingTime: .seconds(1),
                defersAccept: true,
                backlog: 7,
                socketFile: plain.socketFile
            )
        )
        try listener.apply(plain)
        #expect(!Self.defersAccept(socket))
    }

    @Test func takesUnixSocketsAsTheyAre() throws {
        let folder = try TemporaryFolder()
        let settings = try serviceSettings("--bind", "unix:\(folder.file("s"))")
        #expect(throws: Never.self) { try settings.applyListenerSettings(besidePrograms: false) }
        #expect(settings.listeners.map(Self.blocks) == [true])
    }

    /// However it is spelled, a port has one socket.
    @Test func takesTheSocketThatIsOpenAtAnAddress() throws {
        let first = try serviceSettings("--bind", "127.0.0.1:0")
        let listener = try #require(first.listeners.first)
        let port = try #require(listener.endpoint?.port)
        let second = try serviceSettings(
            "--bind",
            "localhost:\(port)",
            available: first.listeners
        )
        #expect(second.listeners.contains { $0 === listener })
        let third = try serviceSettings(
            "--bind",
            "127.0.0.1:\(port)",
            available: second.listeners
        )
        #expect(third.listeners.map(\.number) == [listener.number])
    }

    /// Which listener keeps an address from being bound, and what to do.
    @Test(arguments: [
        (["--bind", "0.0.0.0:PORT"], true, "this server itself listens at 127.0.0.1:PORT"),
        (
            ["--bind", "127.0.0.2:0", "--status-bind", "127.0.0.1:PORT"], true,
            "status_bind 127.0.0.1:PORT: Address already in use (this server itself"
        ),
        (
            ["--bind", "127.0.0.1:PORT", "--status-bind", "0.0.0.0:PORT"], true,
            "the settings name 127.0.0.1:PORT too"
        ),
        (["--bind", "127.0.0.1:PORT", "--bind", "localhost:PORT"], true, "the settings name 127"),
        (["--bind", "0.0.0.0:PORT"], false, "another process listens there"),
    ])
    func tellsWhatIsInTheWay(arguments: [String], isOwn: Bool, reason: String) throws {
        let first = try serviceSettings("--bind", "127.0.0.1:0")
        let port = try #require(first.listeners.first?.endpoint?.port)
        func text(_ words: String) -> String { words.replacing("PORT", with: "\(port)") }
        let failure = #expect(throws: StartFailure.self) {
            _ = try serviceSettings(
                arguments.map(text),
                available: isOwn ? first.listeners : []
            )
        }
        let description = try #require(failure?.description)
        #expect(description.contains("Address already in use"))
        #expect(description.contains(text(reason)), "\(description)")
        #expect(first.listeners.count == 1)
    }

    @Test func shutsDownOnlyOnceItsQueueIsEmpty() throws {
        let settings = try serviceSettings("--bind", "127.0.0.1:0")
        let listener = try #require(settings.listeners.first)
        let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        let connection = FileDescriptor(owning: client)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = try #require(listener.socket.boundAddress().port).bigEndian
        target.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, size) }
        }
        try #require(result == 0)
        #expect(try !listener.shutDownIfEmpty())
        var peer = RemoteAddress.unix
        _ = try FileDescriptor.accept(from: listener.socket.rawValue, peer: &peer).rawValue
        #expect(try listener.shutDownIfEmpty())
        #expect(try !listener.socket.isListening())
        _ = connection.rawValue
    }
}
