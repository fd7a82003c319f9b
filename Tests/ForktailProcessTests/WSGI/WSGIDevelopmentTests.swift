import ForktailValues
import Testing

extension ProcessTests.WSGITests {
    /// What a developer sees: logs, and reloads by themselves.
    @Suite(.serialized) struct WSGIDevelopmentTests {
        /// Records of Python's logging are lines of the log.
        @Test func logsWhatPythonLogs() throws {
            try PythonSite().run { server in
                server.expectErrors(.application)
                try #expect(server.status(of: "/logs?a") == 200)
                try server.waitForEvent(
                    .application,
                    [
                        "logger": "shop.orders", "message": "order 17 is late",
                        "level": "warning", "request": "GET /logs?a",
                    ]
                )
                let record = try server.waitForEvent(.application, ["message": "no order"])
                #expect(record.text("traceback").contains("ValueError: a reason"))
            }
        }

        /// A changed file brings new workers; a mistake in it leaves those that serve.
        @Test func reloadsWhenAFileChanges() throws {
            let directory = try TemporaryDirectory()
            try Self.write("one", to: directory)
            var setup = PythonSite(application: "shop:app", settings: "reload = true").setup
            setup.settings = setup.settings.replacing(Program.folder, with: directory.path)
            try Server.run(setup, in: directory) { server in
                server.expectErrors(.application, .workerBootFailed, .reloadFailed)
                try #expect(server.get("/").text == "one")
                try Self.write("two", to: directory)
                try wait(until: "the new code") { try server.get("/").text == "two" }
                try directory.write("def app(:\n", to: "shop.py")
                try server.waitForEvent(.reloadFailed)
                try #expect(server.get("/").text == "two")
                try Self.write("three", to: directory)
                try wait(until: "the mended code") { try server.get("/").text == "three" }
            }
        }

        private static func write(_ word: String, to directory: TemporaryDirectory) throws {
            let text = """
                def app(environ, start_response):
                    start_response("200 OK", [])
                    return [b"\(word)"]

                """
            try directory.write(text, to: "shop.py")
        }
    }
}
