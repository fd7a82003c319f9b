import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

/// Listening sockets and their options, on the loopback.
@Suite struct SocketTests {
    /// A listener at a free port of 127.0.0.1, and its address.
    private static func listener() throws -> (SharedDescriptor, SocketAddress) {
        let address = try #require(SocketAddress.resolve(host: "127.0.0.1", port: 0).first)
        let socket = try Socket.bind(to: address)
        try socket.listen(backlog: 8)
        let bound = try socket.boundAddress()
        return (SharedDescriptor(socket), bound)
    }

    /// A connection to a port of 127.0.0.1.
    private static func connect(to address: SocketAddress) throws -> SharedDescriptor {
        let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = try #require(address.port).bigEndian
        target.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(number, $0, size)
            }
        }
        try #require(result == 0)
        return SharedDescriptor(FileDescriptor(owning: number))
    }

    @Test func listensOnlyAfterListen() throws {
        let address = try #require(SocketAddress.resolve(host: "127.0.0.1", port: 0).first)
        let socket = try Socket.bind(to: address)
        #expect(try !socket.isListening())
        try socket.listen(backlog: 1)
        #expect(try socket.isListening())
        #expect(try socket.boundAddress().port != 0)
    }

    @Test func refusesAnAddressInUse() throws {
        let (listener, address) = try Self.listener()
        _ = try Self.connect(to: address)
        #expect(throws: Errno.addressInUse) { _ = try Socket.bind(to: address).rawValue }
        _ = listener
    }

    @Test func acceptsWithTheAddressOfTheClient() throws {
        let (listener, address) = try Self.listener()
        let client = try Self.connect(to: address)
        #expect(try listener.descriptor.queueLength() == 1)
        var peer = RemoteAddress.unix
        let connection = try FileDescriptor.accept(
            from: listener.descriptor.rawValue,
            peer: &peer
        )
        let port = try #require(client.descriptor.boundAddress().port)
        #expect(peer == .ipv4(0x7f00_0001, port: port))
        #expect(try listener.descriptor.queueLength() == 0)
        try client.descriptor.endSending()
        #expect(try connection.readChunk() == [])
        let hasEnded = connection.peerHasEnded
        #expect(hasEnded)
    }

    @Test func stopsWaitingAfterTheReceiveTimeout() throws {
        let (listener, _) = try Self.listener()
        try listener.descriptor.setReceiveTimeout(.milliseconds(30))
        let start = Instant.now()
        var peer = RemoteAddress.unix
        #expect(throws: Errno.wouldBlock) {
            _ = try FileDescriptor.accept(from: listener.descriptor.rawValue, peer: &peer).rawValue
        }
        #expect(start.elapsed >= .milliseconds(30))
    }

    @Test func holdsSilentClientsBackWithDeferral() throws {
        let (listener, address) = try Self.listener()
        try listener.descriptor.deferAccept(true)
        let client = try Self.connect(to: address)
        let number = listener.descriptor.rawValue
        #expect(try Poll.readable([number], timeout: .milliseconds(200)) == [])
        try client.descriptor.writeAll("x")
        #expect(try Poll.readable([number], timeout: .seconds(5)) == [number])
        var peer = RemoteAddress.unix
        #expect(try FileDescriptor.accept(from: number, peer: &peer).readChunk() == [0x78])
    }

    @Test func queuesSilentClientsAfterAWhile() throws {
        let (listener, address) = try Self.listener()
        try listener.descriptor.deferAccept(true)
        let client = try Self.connect(to: address)
        let number = listener.descriptor.rawValue
        #expect(try Poll.readable([number], timeout: .seconds(10)) == [number])
        _ = client
    }

    @Test func queuesSilentClientsAtOnceWithoutDeferral() throws {
        let (listener, address) = try Self.listener()
        try listener.descriptor.deferAccept(true)
        try listener.descriptor.deferAccept(false)
        let client = try Self.connect(to: address)
        let number = listener.descriptor.rawValue
        #expect(try Poll.readable([number], timeout: .milliseconds(500)) == [number])
        _ = client
    }

    @Test func failsAtOnceInAcceptAfterItHasStoppedListening() throws {
        let (listener, _) = try Self.listener()
        try listener.descriptor.stopListening()
        var peer = RemoteAddress.unix
        #expect(throws: Errno.invalidArgument) {
            _ = try FileDescriptor.accept(from: listener.descriptor.rawValue, peer: &peer).rawValue
        }
    }

    @Test func knowsWhichProcessListensAtAPath() throws {
        let folder = try TemporaryFolder()
        let address = try SocketAddress(path: SystemString(folder.file("s")))
        #expect(try Socket.listener(at: address) == nil)
        let socket = try Socket.bind(to: address)
        #expect(try Socket.listener(at: address) == nil)
        try socket.listen(backlog: 1)
        #expect(try Socket.listener(at: address) == Process.id)
        #expect(try socket.boundAddress().path == SystemString(folder.file("s")))
    }

    @Test func sendsADatagramToAnAbstractAddress() throws {
        let name = SystemString("@forktail-\(UInt32.random(in: 0...UInt32.max))")
        #expect(throws: Errno.connectionRefused) {
            try Socket.sendDatagram("x", toUnix: name)
        }
    }

    @Test(arguments: [107, 108]) func takesPathsUpToTheRoomOfTheKernel(length: Int) {
        let path = "/" + String(repeating: "a", count: length - 1)
        if length <= 107 {
            #expect(throws: Never.self) { try SocketAddress(path: SystemString(path)) }
        } else {
            #expect(throws: Errno.nameTooLong) { try SocketAddress(path: SystemString(path)) }
        }
    }

    @Test func keepsTheNumbersOfAnAddress() throws {
        let v4 = try #require(SocketAddress.resolve(host: "192.0.2.1", port: 80).first)
        #expect(RemoteAddress(v4) == .ipv4(0xc000_0201, port: 80))
        #expect(v4.numericHost == "192.0.2.1")
        let v6 = try #require(SocketAddress.resolve(host: "2001:db8::1", port: 443).first)
        #expect(RemoteAddress(v6) == .ipv6(high: 0x2001_0db8_0000_0000, low: 1, port: 443))
        #expect(v6.numericHost == "2001:db8::1")
        let unix = try SocketAddress(path: "/run/x")
        #expect(RemoteAddress(unix) == .unix)
        #expect(unix.port == nil)
        #expect(throws: ResolutionFailure.self) {
            try SocketAddress.resolve(host: "no.such.host.invalid", port: 1)
        }
    }
}
