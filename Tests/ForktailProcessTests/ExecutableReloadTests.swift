import ForktailValues
import Foundation
import Glibc
import Testing

extension ProcessTests {
    /// The setting `reload` for programs.
    @Suite(
        .enabled(if: WorkerKind.chosen == .sync, "the arbiter does it, whatever its workers are")
    )
    struct ExecutableReloadTests {
        /// A new executable is served without a signal; one that can't serve changes nothing.
        @Test func servesTheNewExecutable() throws {
            let directory = try TemporaryDirectory()
            let path = directory.path(of: "app")
            try Self.copy(Executable.testApp.path, to: path)
            let setup = ServerSetup(executablePath: path, settings: "reload = true")
            try Server.run(setup, in: directory) { server in
                server.expectErrors(.upgradeFailed)
                let old = server.arbiter
                try directory.write("garbage", to: "app.new")
                chmod(path + ".new", 0o755)
                rename(path + ".new", path)
                try server.waitForEvent(
                    .upgradeFailed,
                    ["reason": Containing("can't be executed: Exec format error")]
                )
                try #expect(server.status(of: "/pid") == 200)

                try Self.copy(Executable.testApp.path, to: path + ".new")
                rename(path + ".new", path)
                try server.waitForEvent(.upgradeReady)
                try server.waitForEvent(.predecessorEnded, ["arbiter_pid": old])
                server.successor = server.newArbiter
                try wait(until: "the end of the old arbiter") {
                    server.process.poll() == .exited(0)
                }
                try #expect(server.waitForWorkers(2).contains(server.identify().process))
                #expect(server.count(.executableChanged, ["path": path]) == 2)
            }
        }

        private static func copy(_ source: String, to path: String) throws {
            try FileManager.default.copyItem(atPath: source, toPath: path)
        }
    }
}
