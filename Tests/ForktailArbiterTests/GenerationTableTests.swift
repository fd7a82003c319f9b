import ForktailConfiguration
import ForktailSystem
import ForktailTestSupport
import Testing

@testable import ForktailArbiter

/// The settings in force and those that a reload puts in force.
@Suite struct GenerationTableTests {
    private let folder: TemporaryFolder
    private let first: ServiceSettings
    private let second: ServiceSettings
    private var table: GenerationTable

    /// Two generations that share the socket `kept`; each has another one of its own.
    init() throws {
        folder = try TemporaryFolder()
        first = try serviceSettings(
            "--bind",
            "unix:\(folder.file("kept"))",
            "--bind",
            "unix:\(folder.file("old"))"
        )
        second = try serviceSettings(
            "--bind",
            "unix:\(folder.file("kept"))",
            "--bind",
            "unix:\(folder.file("new"))",
            available: first.listeners
        )
        table = GenerationTable(first: first)
    }

    private var files: Set<String> {
        Set(
            ["kept", "old", "new"].filter { (try? FileSystem.status(of: folder.file($0))) != nil }
        )
    }

    @Test mutating func knowsNewSettingsOnceTheyAreAdopted() throws {
        table.load(second)
        #expect(table[2] == nil)
        #expect(table.listeners.count == 2)
        table.adopt(as: 2)
        #expect(table[2] === second)
        #expect(table[1] === first)
        #expect(table.current === first)
        #expect(table.listeners.count == 3)
    }

    @Test mutating func keepsOneSocketForBothGenerations() throws {
        let kept = second.listeners.filter { listener in
            first.listeners.contains { $0 === listener }
        }
        #expect(kept.count == 1)
    }

    @Test mutating func dropsTheOldSettingsOnceTheNewAreInForce() throws {
        table.load(second)
        table.adopt(as: 2)
        let closed = table.complete(2)
        #expect(closed.map(\.url) == ["unix:\(folder.file("old"))"])
        #expect(table.current === second)
        #expect(table[1] == nil)
        #expect(files == ["kept", "new"])
        table.removeSocketFiles()
        #expect(files == [])
    }

    /// A host name may stand for several addresses, of which the second generation has one.
    @Test func bindsAllAddressesOfAHostNameAgain() throws {
        let port = try #require(
            serviceSettings("--bind", "127.0.0.1:0").listeners.first?.endpoint?.port
        )
        let first = try serviceSettings("--bind", "localhost:\(port)")
        var table = GenerationTable(first: first)
        for (number, host) in [(2, "127.0.0.1"), (3, "localhost")] {
            table.load(
                try serviceSettings("--bind", "\(host):\(port)", available: table.allListeners)
            )
            table.adopt(as: number)
            let count = first.listeners.count
            #expect(table.complete(number).count == (number == 2 ? count - 1 : 0))
            #expect(table.current.listeners.count == (number == 2 ? 1 : count))
            let name = BindAddress.tcp(host: "localhost", port: port)
            #expect(table.current.listeners.allSatisfy { $0.isNamed(name) } == (number == 3))
        }
    }

    @Test mutating func dropsTheNewSettingsOfAFailedReload() throws {
        table.load(second)
        table.adopt(as: 2)
        let closed = table.abandonReload()
        #expect(closed.map(\.url) == ["unix:\(folder.file("new"))"])
        #expect(table.current === first)
        #expect(table[2] == nil)
        #expect(files == ["kept", "old"])
    }

    @Test mutating func dropsOvertakenSettingsWithAFailedReload() throws {
        table.load(second)
        table.adopt(as: 2)
        table.load(
            try serviceSettings("--bind", "unix:\(folder.file("kept"))", available: first.listeners)
        )
        table.adopt(as: 3)
        #expect(table.abandonReload().count == 1)
        #expect(table[2] == nil)
        #expect(table[3] == nil)
        #expect(table[1] === first)
        #expect(files == ["kept", "old"])
    }

    @Test mutating func neverDropsTheSettingsInForce() throws {
        #expect(table.abandonReload().isEmpty)
        #expect(table[1] === first)
        #expect(table.complete(9).isEmpty)
        #expect(table.current === first)
        #expect(files == ["kept", "old", "new"])
    }

    @Test mutating func keepsASocketThatAnotherProcessHasPutInItsPlace() throws {
        try FileSystem.remove(folder.file("old"))
        let other = try Socket.bind(to: SocketAddress(path: SystemString(folder.file("old"))))
        table.removeSocketFiles()
        #expect(files == ["old", "new"])
        _ = other.rawValue
    }
}
