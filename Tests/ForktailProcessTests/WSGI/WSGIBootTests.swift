import ForktailValues
import Glibc
import Testing

extension ProcessTests.WSGITests {
    /// An application or an interpreter that is not there, and what the log says of it.
    @Suite(.serialized) struct WSGIBootTests {
        @Test(arguments: [
            ("nowhere:app", "No module named 'nowhere'"),
            ("wsgi_site:nothing", "has no attribute 'nothing'"),
            ("wsgi_site:HERE", "wsgi_site:HERE is str, which is not callable"),
            ("wsgi_broken:app", "wsgi_broken.py, line 1)"),
            ("wsgi_site:factory()", "missing 1 required positional argument"),
        ])
        func saysWhyItCannotBoot(application: String, reason: String) throws {
            let run = try OneShot(
                PythonSite(application: application).setup,
                in: TemporaryDirectory()
            )
            #expect(run.ending == .exited(70))
            let records = run.errors.split(separator: "\n").map { LogRecord($0) }
            let failure = records.first { $0.event == .workerBootFailed }
            #expect(failure?.text("reason").contains(reason) == true, "\(run.errors)")
        }

        /// All workers fail for the same reason, so that one traceback is enough.
        @Test(arguments: [false, true])
        func logsTheTracebackOnce(isPreloaded: Bool) throws {
            let site = PythonSite(
                application: "wsgi_site:factory()",
                isPreloaded: isPreloaded,
                workers: 2
            )
            let run = try OneShot(site.setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            let records = run.errors.split(separator: "\n").map { LogRecord($0) }
            let failures = records.filter { $0.event == .workerBootFailed }
            #expect(failures.count == 1, "\(run.errors)")
            #expect(failures.first?.text("traceback").contains("TypeError") == true)
            #expect(run.errors.ranges(of: "Traceback").count == 1, "\(run.errors)")
        }

        /// The interpreter itself fails: its last lines are the reason.
        @Test func quotesTheInterpreter() throws {
            let site = PythonSite(settings: "")
            var setup = site.setup
            setup.settings = setup.settings.replacing(
                "PYTHONDONTWRITEBYTECODE = \"1\"",
                with: "PYTHONHOME = \"/nowhere\""
            )
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            let records = run.errors.split(separator: "\n").map { LogRecord($0) }
            let exit = records.first { $0.event == .workerExited }
            #expect(exit?.text("output").contains("encodings") == true, "\(run.errors)")
        }

        @Test func refusesAnInterpreterThatIsNotThere() throws {
            var setup = PythonSite(python: "/nowhere/python").setup
            setup.arguments = ["--check-config"]
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(78))
            #expect(run.errors.contains("wsgi.python /nowhere/python: No such file"))
        }

        @Test func refusesAnInterpreterThatIsNone() throws {
            var setup = PythonSite(python: "/bin/true").setup
            setup.arguments = ["--check-config"]
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(78))
            #expect(run.errors.contains("wsgi.python /bin/true: it is not Python"), "\(run.errors)")
        }

        @Test func approvesOfWhatIsThere() throws {
            var setup = PythonSite().setup
            setup.arguments = ["--check-config"]
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(0), "\(run.errors)")
        }

        @Test func namesADirectoryThatIsMissing() throws {
            let site = PythonSite(settings: "wsgi.static_root = \"/nowhere\"")
            let run = try OneShot(site.setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            #expect(run.errors.contains("wsgi.static_root /nowhere: No such file"), "\(run.errors)")
        }

        @Test func callsAFactory() throws {
            try PythonSite(application: "wsgi_site:factory('made')").run { server in
                try #expect(server.get("/").text == "made")
            }
        }

        /// The flag is the whole command line.
        @Test func servesByTheFlag() throws {
            var setup = PythonSite().setup
            setup.settings = "chdir = \"\(Program.folder)\"\nlog_format = \"json\""
            setup.arguments = [
                "--wsgi", "wsgi_site:application", "--wsgi-python", PythonSite.interpreter,
            ]
            setup.environment = ["PYTHONDONTWRITEBYTECODE": "1"]
            try Server.run(setup) { server in try #expect(server.get("/ok").text == "ok\n") }
        }

        /// A reload to an application that can't be loaded leaves the old workers.
        @Test func rollsBack() throws {
            try PythonSite(workers: 2).run { server in
                server.expectErrors(.workerBootFailed, .reloadFailed)
                let before = try server.waitForWorkers(2)
                try server.reload(PythonSite(application: "wsgi_broken:app").setup.settings)
                try server.waitForEvent(.reloadFailed, ["message": Containing("SyntaxError")])
                try #expect(Set(server.waitForWorkers(2)) == Set(before))
                try #expect(server.status(of: "/ok") == 200)
            }
        }
    }
}
