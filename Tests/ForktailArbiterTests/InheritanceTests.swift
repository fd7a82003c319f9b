import ForktailConfiguration
import ForktailSystem
import ForktailTestSupport
import Testing

@testable import ForktailArbiter

/// The sockets that an arbiter is started with.
@Suite struct InheritanceTests {
    /// An environment that names a line and one listening socket, as the next arbiter finds it.
    private struct Predecessor {
        let listener: Listener
        let line: ArbiterLine
        let variables: [String: SystemString]

        init(_ address: String, isForeign: Bool = false) throws {
            let settings = try serviceSettings("--bind", address)
            listener = try #require(settings.listeners.first)
            let (line, otherEnd) = try ArbiterLine.open()
            self.line = line
            // The inheritance owns its numbers, as after an exec.
            let lineNumber = try FileDescriptor.duplicating(otherEnd.descriptor).release()
            let number = try listener.socket.duplicate().release()
            let copy = Listener(
                address: listener.address,
                socket: FileDescriptor(owning: number),
                url: "",
                file: nil,
                isForeign: isForeign
            )
            variables = [
                Inheritance.Variable.sockets: SystemString(
                    Inheritance.describe([copy], line: lineNumber)
                ),
                Inheritance.Variable.predecessor: SystemString("\(Process.id)"),
            ]
            // `copy` must not close what the inheritance will own.
            _ = Unmanaged.passRetained(copy)
        }
    }

    @Test func takesOverTheListenersOfThePredecessor() throws {
        let old = try Predecessor("127.0.0.1:0")
        let inheritance = try Inheritance(environment: old.variables)
        let predecessor = try #require(inheritance.predecessor)
        #expect(predecessor.process == Process.id)
        #expect(predecessor.role == .predecessor)
        let listener = try #require(inheritance.listeners.first)
        #expect(inheritance.listeners.count == 1)
        #expect(!listener.isForeign)
        #expect(listener.address == old.listener.address)
        #expect(listener.url == old.listener.url)
        try predecessor.line.reportReady()
        #expect(old.line.hasReported())
    }

    @Test func keepsTheMarkOfSocketsThatAnotherProgramHasMade() throws {
        let old = try Predecessor("127.0.0.1:0", isForeign: true)
        let inheritance = try Inheritance(environment: old.variables)
        #expect(inheritance.listeners.map(\.isForeign) == [true])
    }

    @Test func takesOverTheFileOfAUnixSocket() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("s")
        let old = try Predecessor("unix:\(path)")
        let inheritance = try Inheritance(environment: old.variables)
        let listener = try #require(inheritance.listeners.first)
        #expect(listener.address == .unix(path: path))
        listener.removeFile()
        #expect(throws: Errno.noEntry) { try FileSystem.status(of: path) }
    }

    @Test(arguments: [
        ["FORKTAIL_FD": "x", "FORKTAIL_PID": "1"], ["FORKTAIL_FD": "", "FORKTAIL_PID": "1"],
        ["FORKTAIL_FD": "1000000"], ["FORKTAIL_FD": "1000000", "FORKTAIL_PID": "1"],
        ["FORKTAIL_FD": "1000000", "FORKTAIL_PID": "x"], ["FORKTAIL_FD": "0", "FORKTAIL_PID": "1"],
    ])
    func ignoresVariablesThatNoArbiterHasSet(environment: [String: SystemString]) throws {
        let inheritance = try Inheritance(environment: environment)
        #expect(inheritance.predecessor == nil)
        #expect(inheritance.listeners.isEmpty)
        #expect(inheritance.ignored != nil)
    }

    @Test func ignoresALineThatAnotherProcessHasMade() throws {
        var variables = try Predecessor("127.0.0.1:0").variables
        variables["FORKTAIL_PID"] = "1"
        let inheritance = try Inheritance(environment: variables)
        #expect(inheritance.predecessor == nil)
        #expect(inheritance.ignored?.contains("does not come from process 1") == true)
    }

    @Test(arguments: ["127.0.0.1:1", "unix:/nonexistent/s"])
    func refusesASocketOfAnotherAddress(address: String) throws {
        var variables = try Predecessor("127.0.0.1:0").variables
        let text = try #require(variables["FORKTAIL_FD"]?.text)
        let end = try #require(text.firstIndex(of: "="))
        variables["FORKTAIL_FD"] = SystemString("\(text[...end])\(address)")
        #expect(throws: StartFailure.self) { _ = try Inheritance(environment: variables) }
    }

    @Test func takesSystemdsSocketsOnlyIfTheyAreForThisProcess() throws {
        let other = try Inheritance(environment: ["LISTEN_PID": "1", "LISTEN_FDS": "x"])
        #expect(other.listeners.isEmpty)
        #expect(other.predecessor == nil)
        for count: SystemString in ["0", "x", ""] {
            #expect(throws: StartFailure.self) {
                _ = try Inheritance(
                    environment: ["LISTEN_PID": SystemString("\(Process.id)"), "LISTEN_FDS": count]
                )
            }
        }
    }

    @Test func findsNothingInAPlainEnvironment() throws {
        let inheritance = try Inheritance(environment: ["PATH": "/bin"])
        #expect(inheritance.listeners.isEmpty)
        #expect(inheritance.predecessor == nil)
    }
}
