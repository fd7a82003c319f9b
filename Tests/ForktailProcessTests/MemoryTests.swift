import ForktailValues
import Testing

extension ProcessTests {
    /// The log tells a kill by the kernel, out of memory, from a kill by another process.
    @Suite(.enabled(if: MemoryGroup.isPermitted, "no control group can be made here"))
    struct MemoryTests {
        @Test(arguments: [false, true])
        func tellsAnOutOfMemoryKillFromOthers(isOutOfMemory: Bool) throws {
            guard let group = MemoryGroup(limit: 100 << 20) else {
                throw TestFailure("no control group")
            }
            try withExtendedLifetime(group) {
                try Server.run(ServerSetup(workers: 2, wrapper: group.wrapper)) { server in
                    server.expectErrors(.workerExited, ["signal": "SIGKILL"])
                    let path = isOutOfMemory ? "/grow/\(400 << 20)" : "/crash-by/9"
                    #expect(throws: ConnectionFault.self) { try server.get(path) }
                    let line = try server.waitForEvent(.workerExited, ["signal": "SIGKILL"])
                    #expect(line.text("target") == path)
                    let reason = isOutOfMemory ? "out_of_memory" : "other_process"
                    #expect(line.text("reason") == reason)
                    try server.waitForWorkers(2)
                    try #expect(server.status(of: "/pid") == 200)
                }
            }
        }
    }
}
