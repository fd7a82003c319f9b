import Testing

extension ProcessTests {
    /// Programs that measure servers, for a second each: what they count as an error is one.
    @Suite struct LoadToolTests {
        @Test(
            .enabled(if: Tool.wrk.isInstalled, "wrk is not installed"),
            arguments: [[], ["-H", "Connection: close"]]
        )
        func satisfiesWrk(_ arguments: [String]) throws {
            try Server.run(ServerSetup(executable: .forktail)) { server in
                let flags = ["-t1", "-c16", "-d1s", "--timeout", "20s"] + arguments
                let run = try Tool.wrk.run(flags + [server.url("/plain")], beside: server)
                #expect(run.ending == .exited(0), "\(run.errors)")
                #expect(!run.output.contains("errors"), "\(run.output)")
                #expect(!run.output.contains("Non-2xx"), "\(run.output)")
                let requests = try #require(Self.number(before: " requests in ", in: run.output))
                #expect(requests > 50)
            }
        }

        @Test(
            .enabled(if: Tool.ab.isInstalled, "ab is not installed"),
            arguments: [[], ["-k"], ["-i"]]
        )
        func satisfiesAb(_ arguments: [String]) throws {
            try Server.run(ServerSetup(executable: .forktail)) { server in
                let flags = ["-q", "-n", "500", "-c", "16"] + arguments
                let run = try Tool.ab.run(flags + [server.url("/plain")], beside: server)
                #expect(run.ending == .exited(0), "\(run.errors)")
                #expect(Self.number(after: "Complete requests:", in: run.output) == 500)
                #expect(Self.number(after: "Failed requests:", in: run.output) == 0)
                #expect(!run.output.contains("Non-2xx"), "\(run.output)")
            }
        }

        private static func number(before text: String, in output: String) -> Int? {
            let line = output.split(separator: "\n").first { $0.contains(text) }
            return line?.split(separator: " ").first.flatMap { Int($0) }
        }

        private static func number(after text: String, in output: String) -> Int? {
            let line = output.split(separator: "\n").first { $0.hasPrefix(text) }
            return line?.split(separator: " ").last.flatMap { Int($0) }
        }
    }
}
