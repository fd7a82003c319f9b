import ForktailSystem
import ForktailTestSupport
import Glibc
import Synchronization
import Testing

@testable import ForktailArbiter

/// The files of Unix-domain sockets.
@Suite struct SocketFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Puts a link in the place of each new name of a socket, as fast as it can, until it is told
    /// to stop: what the owner of the directory could do.
    private final class Attacker: Sendable {
        private let isStopping = Atomic(false)

        func run(in folder: String, target: String) {
            while !isStopping.load(ordering: .relaxed) {
                let names = (try? FileSystem.openDirectory(SystemString(folder)).names()) ?? []
                for name in names.map(\.description) where name.hasPrefix("s.") {
                    unlink("\(folder)/\(name)")
                    symlink(target, "\(folder)/\(name)")
                }
            }
        }

        func stop() { isStopping.store(true, ordering: .relaxed) }
    }

    @Test func changesNoFileThatALinkLeadsTo() throws {
        let victim = try folder.write("secret", to: "victim")
        chmod(victim, 0o600)
        let before = try FileSystem.status(of: victim)
        mkdir(folder.file("d"), 0o755)
        let attacker = Attacker()
        let thread = Thread(in: folder.file("d"), victim, attacker)
        for _ in 0..<200 {
            // The attacker may win, and the start fails then.
            _ = try? serviceSettings("--bind", "unix:\(folder.file("d/s"))")
        }
        attacker.stop()
        thread.join()
        let after = try FileSystem.status(of: victim)
        #expect(after.mode == before.mode)
        #expect(after.owner == before.owner)
    }

    /// The thread of the attacker.
    private struct Thread {
        private var thread = pthread_t()

        init(in folder: String, _ target: String, _ attacker: Attacker) {
            let body = Unmanaged.passRetained(Body { attacker.run(in: folder, target: target) })
            pthread_create(
                &thread,
                nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                    return nil
                },
                body.toOpaque()
            )
        }

        func join() { pthread_join(thread, nil) }

        private final class Body {
            let run: () -> Void
            init(_ run: @escaping () -> Void) { self.run = run }
        }
    }

    @Test func admitsNoProcessBeforeItsModeIsSet() throws {
        let place = try FilePlace.find(SystemString(folder.file("s")))
        _ = try place.bindSocket().rawValue
        #expect(try place.status().mode == 0)
        #expect(throws: FileFailure.self) { _ = try place.bindSocket().rawValue }
        #expect(try place.listener() == nil)
    }

    @Test func opensNothingButASocketWithOneName() throws {
        let place = try FilePlace.find(SystemString(folder.file("s")))
        _ = try place.bindSocket().rawValue
        #expect(throws: Never.self) { _ = try place.openSocketFile().rawValue }
        try #require(link(folder.file("s"), folder.file("second")) == 0)
        #expect(throws: FileFailure.self) { _ = try place.openSocketFile().rawValue }
        _ = try folder.write("", to: "file")
        try #require(symlink("second", folder.file("link")) == 0)
        for name in ["file", "link"] {
            let other = try FilePlace.find(SystemString(folder.file(name)))
            #expect(throws: FileFailure.self) { _ = try other.openSocketFile().rawValue }
        }
    }

    /// What is changed is the open file, whatever has its name by then.
    @Test func changesTheOpenFile() throws {
        let place = try FilePlace.find(SystemString(folder.file("s")))
        _ = try place.bindSocket().rawValue
        let file = try place.openSocketFile()
        try FileSystem.rename(folder.file("s"), to: folder.file("moved"))
        let victim = try folder.write("", to: "s")
        chmod(victim, 0o600)
        try file.setMode(0o666)
        try file.setOwner(user: nil, group: getgid())
        #expect(try FileSystem.status(of: folder.file("moved")).mode == 0o666)
        #expect(try FileSystem.status(of: victim).mode == 0o600)
    }
}
