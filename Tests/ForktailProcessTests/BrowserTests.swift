import Testing

extension ProcessTests {
    @Suite(.enabled(if: Tool.chromium.isInstalled, "chromium is not installed"))
    struct BrowserTests {
        @Test(arguments: [false, true])
        func showsTheHelloPageWithoutComplaint(overTLS isSecure: Bool) throws {
            var setup = ServerSetup(executable: .forktail)
            if isSecure {
                setup.bind = ["https://127.0.0.1:0"]
                setup.settings = TestCertificate.shared.setting
            }
            try Server.run(setup) { server in
                let flags = [
                    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                    "--disable-dev-shm-usage", "--disable-crash-reporter",
                    "--user-data-dir=\(server.directory.path(of: "profile"))",
                    "--enable-logging=stderr", "--dump-dom",
                    // The certificate is the tests' own.
                    "--ignore-certificate-errors",
                ]
                let run = try Tool.chromium.run(flags + [server.url("/")], beside: server)
                #expect(run.ending == .exited(0), "\(run.errors)")
                #expect(run.output.contains("<h1>Hello from worker "), "\(run.output)")
                #expect(!run.errors.contains(":CONSOLE"), "\(run.errors)")
            }
        }
    }
}
