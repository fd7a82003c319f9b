import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

@testable import ForktailArbiter

/// The file that names the arbiter's process.
@Suite struct PIDFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("server.pid") }

    init() throws {
        folder = try TemporaryFolder()
    }

    private var names: [String] {
        get throws {
            try FileSystem.openDirectory(SystemString(folder.path)).names().map(\.description)
                .sorted()
        }
    }

    @Test(arguments: ["", "4711\n", "0000004711", "1\r\n"])
    func replacesAPIDFileThatNoArbiterHolds(contents: String) throws {
        let old = try FileSystem.status(of: folder.write(contents, to: "server.pid"))
        let file = try PIDFile(path: path)
        #expect(try folder.text(of: "server.pid") == "\(Process.id)\n")
        #expect(try FileSystem.status(of: path).identity != old.identity)
        file.remove()
        #expect(try names == [])
    }

    @Test func takesAPathWhereNothingIs() throws {
        let file = try PIDFile(path: path)
        #expect(try folder.text(of: "server.pid") == "\(Process.id)\n")
        #expect(try names == ["server.pid"])
        file.remove()
        #expect(try names == [])
    }

    @Test func namesTheArbiterThatHoldsIt() throws {
        let file = try PIDFile(path: path)
        let error = try #require(throws: StartFailure.self) { _ = try PIDFile(path: path) }
        #expect(error.exitCode == .unavailable)
        #expect("\(error)".contains("by the arbiter with pid \(Process.id)"))
        #expect(try names == ["server.pid"])
        file.remove()
    }

    @Test func keepsAFileThatAnotherProcessHasPutInItsPlace() throws {
        let file = try PIDFile(path: path)
        try FileSystem.rename(folder.write("4711", to: "other"), to: path)
        file.remove()
        #expect(try folder.text(of: "server.pid") == "4711")
    }

    /// Its process was killed before it had renamed its pidfile.
    @Test(arguments: ["", "4711\n"])
    func removesADraftThatWasLeft(contents: String) throws {
        _ = try folder.write(contents, to: "server.pid.forktail")
        let file = try PIDFile(path: path)
        #expect(try folder.text(of: "server.pid") == "\(Process.id)\n")
        #expect(try names == ["server.pid"])
        file.remove()
    }

    @Test func keepsADraftOfAProcessThatLives() throws {
        let draft = try PIDFile(path: path + ".forktail")
        #expect(throws: StartFailure.self) { _ = try PIDFile(path: path) }
        #expect(try names == ["server.pid.forktail"])
        draft.remove()
    }

    @Test func keepsAnotherFileWithTheNameOfADraft() throws {
        _ = try folder.write("mine", to: "server.pid.forktail")
        let error = try #require(throws: StartFailure.self) { _ = try PIDFile(path: path) }
        #expect("\(error)".contains("server.pid.forktail has other contents"))
        #expect(try folder.text(of: "server.pid.forktail") == "mine")
        #expect(try names == ["server.pid.forktail"])
    }

    @Test(arguments: [
        "hello\n", "4711 and more", "12345678901234567890123456789012345", "root:x:0:0:\n",
    ])
    func keepsAFileWithOtherContents(contents: String) throws {
        let old = try FileSystem.status(of: folder.write(contents, to: "server.pid"))
        let error = try #require(throws: StartFailure.self) { _ = try PIDFile(path: path) }
        #expect("\(error)".contains(path))
        #expect(try folder.text(of: "server.pid") == contents)
        #expect(try FileSystem.status(of: path).identity == old.identity)
        #expect(try names == ["server.pid"])
    }

    /// The kinds of files that are no regular ones.
    enum Special: CaseIterable {
        case device, fifo, socket, link, directory

        func make(at path: String) throws {
            switch self {
            // The number of /dev/null.
            case .device: try #require(mknod(path, S_IFCHR | 0o666, 0x103) == 0)
            case .fifo: try #require(mkfifo(path, 0o600) == 0)
            case .socket: _ = try Socket.bind(to: SocketAddress(path: SystemString(path))).rawValue
            case .link: try #require(symlink("elsewhere", path) == 0)
            case .directory: try #require(mkdir(path, 0o700) == 0)
            }
        }
    }

    @Test(arguments: getuid() == 0 ? Special.allCases : Special.allCases.filter { $0 != .device })
    func keepsWhatIsNoRegularFile(special: Special) throws {
        try special.make(at: path)
        let old = try FileSystem.status(of: path)
        let error = try #require(throws: StartFailure.self) { _ = try PIDFile(path: path) }
        #expect(error.exitCode == .unavailable)
        #expect("\(error)".contains("not a regular file"))
        #expect(try FileSystem.status(of: path).identity == old.identity)
        #expect(try names == ["server.pid"])
    }
}
