import ForktailValues
import Glibc
import Testing

extension ProcessTests.WSGITests {
    /// Flask and Django unmodified, and each version of Python.
    @Suite(.serialized) struct WSGIFrameworkTests {
        private static let packages = "/usr/lib/python3/dist-packages"

        @Test(arguments: ["flask", "django"], [0, 4])
        func runsAFramework(name: String, threads: Int) throws {
            guard access("\(Self.packages)/\(name)", F_OK) == 0 else {
                return print("skipped: \(name) is not there (apt-get install python3-\(name))")
            }
            let callable = name == "flask" ? "app" : "application"
            let site = PythonSite(application: "\(name)_site:\(callable)", threads: threads)
            try site.run { server in
                let reply = try server.get("/")
                #expect(reply.status == 200)
                #expect(reply.text.hasPrefix("0 "))
                try #expect(server.status(of: "/nowhere") == 404)
                let head = try Client.ask("/", at: server.address, method: "HEAD")
                #expect(head["Content-Length"] == reply["Content-Length"])
            }
        }

        /// One library serves all of them.
        @Test(arguments: [9, 10, 11, 12, 13, 14]) func runsInEachVersion(minor: Int) throws {
            let places = ["/root/.pyenv/versions", "/opt/pyenv/versions"].flatMap { folder in
                TemporaryDirectory.names(in: folder).filter { $0.hasPrefix("3.\(minor).") }
                    .map { "\(folder)/\($0)/bin/python" }
            }
            guard let python = places.first else {
                return print("skipped: Python 3.\(minor) is not there (pyenv install 3.\(minor))")
            }
            try PythonSite(python: python, threads: 2).run { server in
                server.expectDeaths()
                server.expectErrors(.handlerThrew)
                try #expect(server.get("/generator").text == "one two three")
                try #expect(server.get("/file").status == 200)
                try #expect(server.status(of: "/raises") == 500)
                try #expect(server.status(of: "/segfault") == 500)
                let record = try server.waitForEvent(.workerExited, ["signal": "SIGSEGV"])
                #expect(record.texts("python_stack")?.isEmpty == false, "\(record.line)")
                try server.waitForWorkers(1)
            }
        }
    }
}
