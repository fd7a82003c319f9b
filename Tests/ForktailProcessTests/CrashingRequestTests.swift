import Glibc
import Testing

extension ProcessTests {
    /// A client that sends a request again and again which crashes each worker that it gets to.
    @Suite struct CrashingRequestTests {
        /// Other clients are answered all the time, and each worker is back at once.
        @Test func keepsTheServiceUp() throws {
            let setup = ServerSetup(workers: 2, settings: "log_format = \"json\"")
            try Server.run(setup) { server in
                server.expectErrors("\"signal\":\"SIGSEGV\"")
                let load = Load(clients: 2, at: [server.address])
                for count in 1...24 {
                    _ = try? server.get("/crash-by/\(SIGSEGV)")
                    try server.waitForLog("\"signal\":\"SIGSEGV\"", count: count)
                    try server.waitForWorkers(2, within: .seconds(2))
                    let before = load.soFar.answered
                    try wait(until: "answers for others", within: .seconds(2)) {
                        load.soFar.answered > before + 10
                    }
                }
                #expect(load.stop().faults[.refused] == nil)
                #expect(server.countInLog("\"failures\":") == 0, "no worker backs off")
            }
        }
    }
}
