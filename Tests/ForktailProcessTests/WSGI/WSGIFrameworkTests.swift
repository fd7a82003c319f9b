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

        /// A login: a form with its token, a session, and what only the one that has logged in sees.
        @Test(arguments: [0, 2]) func logsInToTheAdmin(threads: Int) throws {
            guard access("\(Self.packages)/django", F_OK) == 0 else {
                return print("skipped: django is not there (apt-get install python3-django)")
            }
            let directory = try TemporaryDirectory()
            var setup = PythonSite(application: "django_admin:application", threads: threads).setup
            setup.environment["SITE_DATABASE"] = directory.path(of: "site.sqlite")
            try Server.run(setup) { server in
                let form = try server.get("/admin/login/?next=/admin/")
                #expect(form.status == 200)
                let token = form.text.firstMatch(of: /name="csrfmiddlewaretoken" value="(\w+)"/)
                let cookie = form["Set-Cookie"]?.prefix { $0 != ";" } ?? ""
                let body =
                    "csrfmiddlewaretoken=\(token?.1 ?? "")&username=root&password=swift"
                    + "&next=/admin/"
                let refused = try Self.post(body, cookie: "csrftoken=other", server)
                #expect(refused.status == 403)
                let reply = try Self.post(body, cookie: String(cookie), server)
                #expect(reply.status == 302)
                #expect(reply["Location"] == "/admin/")
                let cookies = reply.fields.filter { $0.name.lowercased() == "set-cookie" }
                let session = cookies.first { $0.value.hasPrefix("sessionid=") }?.value
                    .prefix { $0 != ";" }
                let page = try Client.ask(
                    "/admin/",
                    at: server.address,
                    ["Cookie": String(session ?? "")]
                )
                #expect(page.status == 200)
                #expect(page.text.contains("Site administration"))
                try #expect(server.status(of: "/admin/") == 302)
            }
        }

        /// The admin's style comes from its directory, and what is not there is no page of Django's.
        @Test(arguments: [0, 2]) func servesStaticFiles(threads: Int) throws {
            let root = "\(Self.packages)/django/contrib/admin/static"
            guard access(root, F_OK) == 0 else {
                return print("skipped: django is not there (apt-get install python3-django)")
            }
            let site = PythonSite(
                application: "django_site:application",
                threads: threads,
                settings: "wsgi.static_root = \"\(root)\""
            )
            try site.run { server in
                let style = try server.get("/static/admin/css/base.css")
                #expect(style.status == 200)
                #expect(style["Content-Type"]?.hasPrefix("text/css") == true)
                #expect(style.text == ProcessTable.text(of: "\(root)/admin/css/base.css"))
                try #expect(server.status(of: "/static/admin/nothing") == 404)
                try #expect(server.status(of: "/static/../django_site.py") != 200)
                try #expect(server.get("/").text.hasPrefix("0 "))
            }
        }

        private static func post(
            _ body: String,
            cookie: String,
            _ server: Server
        ) throws -> Reply {
            let client = try Client(server.address)
            try client.send(
                "POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Cookie: \(cookie)\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            return try client.reply()
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
