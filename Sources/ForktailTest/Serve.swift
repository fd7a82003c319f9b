public import Forktail

/// Starts a program with real workers on a free port, runs a test with a client of it, and stops it.
///
/// ```swift
/// @Test func greets() throws {
///     try ForktailTest.serve(Shop.self, ["--workers", "1"]) { client in
///         try #expect(client.get("/").text == "Hello\n")
///     }
/// }
/// ```
///
/// What is started is the executable of the module that `program` is in, which SwiftPM builds beside
/// the tests: so crashes, time limits, logs and signals are the real ones. Its log is kept in memory,
/// see `TestClient.log`. Several may run at the same time.
///
/// - Parameters:
///   - program: A type of an executable target on which the test target depends.
///   - arguments: More of the command line. Without `--bind` the server listens at a free port of
///     127.0.0.1.
///   - body: The test.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; `TestFailure` with the log where the program doesn't serve, or doesn't
///   stop with status 0.
public func serve<Program: ServerProgram, Result>(
    _ program: Program.Type,
    _ arguments: [String] = [],
    body: (TestClient) throws -> Result
) throws -> Result {
    // The name of a nested type begins with its module's, too.
    let module = String(reflecting: program).prefix { $0 != "." }
    let server = try TestServer(BuiltExecutable.path(ofModule: String(module)), arguments)
    let result: Result
    do {
        result = try body(TestClient(server, port: try server.waitUntilServing()))
    } catch {
        server.kill()
        throw TestFailure("\(error)\n--- log of \(module):\n\(server.logText)")
    }
    try server.stop()
    return result
}
