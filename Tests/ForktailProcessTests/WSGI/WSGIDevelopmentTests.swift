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
                let worker = try server.waitForWorkers(1)[0]
                try wait(until: "the watch of the files") {
                    ProcessTable.descriptors(of: worker).values.contains("anon_inode:inotify")
                }
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

        /// Where inotify(7) has reached its limit, or a folder may not be read, the files are looked at.
        @Test(arguments: [
            ("init1(int flags)", "EMFILE", "max_user_instances"),
            ("add_watch(int watch, const char *folder, unsigned mask)", "EACCES", "chmod +r"),
        ])
        func reloadsWithoutAWatch(function: String, error: String, cure: String) throws {
            let directory = try TemporaryDirectory()
            try Self.write("one", to: directory)
            let source = """
                #include <errno.h>
                int inotify_\(function) { errno = \(error); return -1; }
                """
            try directory.write(source, to: "limit.c")
            let made = try OneShot(
                ["/bin/sh", "-c", "cc -shared -fPIC limit.c -o limit.so"],
                searchPath: Tool.searchPath,
                in: directory
            )
            guard made.ending == .exited(0) else { throw TestFailure(made.errors) }
            var setup = PythonSite(application: "shop:app", settings: "reload = true").setup
            setup.settings = setup.settings.replacing(Program.folder, with: directory.path)
            setup.environment["LD_PRELOAD"] = directory.path(of: "limit.so")
            try Server.run(setup, in: directory) { server in
                try server.waitForEvent(
                    .watchFailed,
                    ["slot": 0, "message": Containing(cure)]
                )
                try #expect(server.get("/").text == "one")
                try Self.write("two", to: directory)
                try wait(until: "the new code") { try server.get("/").text == "two" }
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
