import Testing

extension ProcessTests {
    @Suite(.enabled(if: Tool.chromium.isInstalled, "chromium is not installed"))
    struct BrowserTests {
        @Test func showsTheHelloPageWithoutComplaint() throws {
            try Server.run(ServerSetup(executable: .forktail)) { server in
                let flags = [
                    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                    "--disable-dev-shm-usage", "--disable-crash-reporter",
                    "--user-data-dir=\(server.directory.path(of: "profile"))",
                    "--enable-logging=stderr", "--dump-dom",
                ]
                let run = try Tool.chromium.run(flags + [server.url("/")], beside: server)
                #expect(run.ending == .exited(0), "\(run.errors)")
                #expect(run.output.contains("<h1>Hello from worker "), "\(run.output)")
                #expect(!run.errors.contains(":CONSOLE"), "\(run.errors)")
            }
        }
    }
}
