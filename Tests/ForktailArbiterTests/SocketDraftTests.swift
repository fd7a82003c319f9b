import ForktailConfiguration
import ForktailSystem
import ForktailTestSupport
import Testing

@testable import ForktailArbiter

/// The name that the socket of a path has while it is made.
@Suite struct SocketDraftTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("server.sock") }
    private var draft: SocketAddress {
        get throws { try SocketAddress(path: SystemString("\(path).forktail")) }
    }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func listen() throws {
        _ = try ListenerFactory(backlog: 1, socketFile: SocketFileSettings(mode: 0o600))
            .listen(at: [.unix(path: path)])
    }

    private var names: [String] {
        get throws {
            try FileSystem.openDirectory(SystemString(folder.path)).names().map(\.description)
        }
    }

    /// A process was killed after it had made it, or after it had given it its mode.
    @Test(arguments: [0, 0o600] as [UInt32])
    func removesOneThatWasLeft(mode: UInt32) throws {
        _ = try Socket.bind(to: draft, fileMode: mode).rawValue
        try #expect(names == ["server.sock.forktail"])
        try listen()
        try #expect(names == ["server.sock"])
    }

    @Test func keepsAListener() throws {
        let other = try Socket.bind(to: draft, fileMode: 0o600)
        try other.listen(backlog: 1)
        let error = try #require(throws: StartFailure.self) { try listen() }
        #expect("\(error)".contains("server.sock.forktail is in the way"))
        try #expect(Socket.listener(at: draft) == Process.id)
        _ = other.rawValue
    }

    @Test func keepsAnotherFile() throws {
        _ = try folder.write("mine", to: "server.sock.forktail")
        let error = try #require(throws: StartFailure.self) { try listen() }
        #expect("\(error)".contains("server.sock.forktail is in the way"))
        try #expect(folder.text(of: "server.sock.forktail") == "mine")
    }
}
