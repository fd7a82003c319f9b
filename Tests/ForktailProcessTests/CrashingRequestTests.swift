import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// A client that sends a request again and again which crashes each worker that it gets to.
    @Suite struct CrashingRequestTests {
        /// Other clients are answered all the time, and each worker is back without a back-off.
        @Test func keepsTheServiceUp() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                server.expectDeaths(by: "SIGSEGV")
                let load = Load(clients: 2, at: [server.address])
                for count in 1...24 {
                    _ = try? server.get("/crash-by/\(SIGSEGV)")
                    try server.waitForEvent(.workerExited, ["signal": "SIGSEGV"], count: count)
                    try server.waitForWorkers(2)
                    try load.waitForAnswers(10)
                }
                #expect(load.stop().faults[.refused] == nil)
                #expect(server.count(.respawnDelayed) == 0)
            }
        }
    }
}
