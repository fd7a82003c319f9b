import ForktailValues
import Glibc
import Testing

extension ProcessTests.WSGITests {
    /// One process loads the application and forks the workers, which are as well looked after as others.
    @Suite(.serialized) struct WSGIPreloadTests {
        private static func site(threads: Int = 0, workers: Int = 2) -> PythonSite {
            PythonSite(isPreloaded: true, threads: threads, workers: workers)
        }

        private static func loader(_ server: Server) throws -> pid_t {
            try pid_t(server.get("/loader").text) ?? 0
        }

        @Test(arguments: [0, 2]) func loadsTheApplicationOnce(threads: Int) throws {
            try Self.site(threads: threads).run { server in
                server.expectDeaths()
                let before = try server.waitForWorkers(2)
                let loader = try Self.loader(server)
                #expect(!before.contains(loader) && loader != server.arbiter)
                try #expect(server.get("/generator").text == "one two three")
                try #expect(server.status(of: "/segfault") == 500)
                let record = try server.waitForEvent(.workerExited, ["target": "/segfault"])
                let stack = record.texts("python_stack") ?? []
                #expect(stack.contains { $0.contains("segfault (") }, "\(record.line)")
                let after = try server.waitForWorkers(2)
                #expect(before != after)
                try #expect(Self.loader(server) == loader)
                #expect(server.count(.applicationLoaded) == 1)
            }
        }

        @Test func aborts() throws {
            var site = Self.site(workers: 1)
            site.settings = "timeout = \"3s\""
            try site.run { server in
                server.expectErrors(.workerAborted)
                server.expectDeaths(by: "SIGABRT")
                try #expect(server.status(of: "/hang") == 504)
                let record = try server.waitForEvent(.workerExited, ["signal": "SIGABRT"])
                #expect(record.message.contains("Python was in hang ("))
                try server.waitForWorkers(1)
            }
        }

        /// The death of the process that forks concerns no client; the next worker starts another one.
        @Test func outlivesTheProcessThatForks() throws {
            try Self.site().run { server in
                server.expectErrors(.applicationLost, .workerExited)
                let before = try server.waitForWorkers(2)
                let loader = try Self.loader(server)
                let load = Load(clients: 3, at: [server.address])
                kill(loader, SIGKILL)
                try server.waitForEvent(.applicationLost, ["process": Int(loader)])
                server.send(SIGTTIN)
                let after = try server.waitForWorkers(3)
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
                #expect(Set(after).isSuperset(of: before))
                try server.waitForEvent(.applicationLoaded, count: 2)
            }
        }

        @Test func reloadsUnderLoad() throws {
            try Self.site().run { server in
                let before = try server.waitForWorkers(2)
                let loader = try Self.loader(server)
                let load = Load(clients: 3, at: [server.address])
                server.send(SIGHUP)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
                try #expect(Set(server.waitForWorkers(2)).isDisjoint(with: before))
                try #expect(Self.loader(server) != loader)
                try wait(until: "the end of the old one") { kill(loader, 0) != 0 }
            }
        }

        @Test func upgradesUnderLoad() throws {
            try Self.site().run { server in
                let load = Load(clients: 3, at: [server.address])
                let new = try server.upgrade()
                try server.waitForWorkers(2, of: new)
                try server.handOver(to: new)
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
            }
        }

        /// A mistake in the new code leaves the old generation.
        @Test func rollsBack() throws {
            try Self.site().run { server in
                server.expectErrors(.workerBootFailed, .reloadFailed, .application)
                let before = try server.waitForWorkers(2)
                let loader = try Self.loader(server)
                var broken = Self.site()
                broken.application = "wsgi_broken:app"
                try server.reload(broken.setup.settings)
                try server.waitForEvent(.reloadFailed, ["message": Containing("SyntaxError")])
                try #expect(Set(server.waitForWorkers(2)) == Set(before))
                try #expect(Self.loader(server) == loader)
            }
        }

        @Test func saysWhyItCannotBoot() throws {
            var site = Self.site()
            site.application = "nowhere:app"
            let run = try OneShot(site.setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            let records = run.errors.split(separator: "\n").map { LogRecord($0) }
            let failure = records.first { $0.event == .workerBootFailed }
            #expect(
                failure?.text("reason").contains("No module named 'nowhere'") == true,
                "\(run.errors)"
            )
        }

        /// It ends by no trap, however it is loaded.
        @Test(arguments: [("wsgi_closing", false), ("wsgi_closing", true), ("wsgi_shared", true)])
        func saysThatItClosedDescriptors(module: String, isPreloaded: Bool) throws {
            var site = Self.site(workers: 1)
            site.isPreloaded = isPreloaded
            site.application = "\(module):application"
            let run = try OneShot(site.setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            let records = run.errors.split(separator: "\n").map { LogRecord($0) }
            let failure = records.first { $0.event == .workerBootFailed }
            #expect(
                failure?.text("reason").contains("has closed descriptors that it did not") == true,
                "\(run.errors)"
            )
        }

        /// An application that is never loaded costs `boot_timeout`.
        @Test func endsAnEndlessLoad() throws {
            var site = Self.site()
            site.application = "wsgi_endless:application"
            site.settings = "boot_timeout = \"1s\""
            let run = try OneShot(site.setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70), "\(run.errors)")
        }

        /// A stop does not wait for an application that is being loaded, and is no fault of it.
        @Test func stopsWhileTheApplicationIsLoaded() throws {
            var site = Self.site()
            site.application = "wsgi_endless:application"
            var setup = site.setup
            setup.ready = 0
            try Server.run(setup) { server in
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// While the workers serve for the delay of a stop, those that die are replaced.
        @Test func replacesWorkersInTheDelayOfAStop() throws {
            var site = Self.site()
            site.settings = "shutdown_delay = \"300s\""
            try site.run { server in
                server.expectDeaths()
                try server.waitForWorkers(2)
                let loader = try Self.loader(server)
                server.send(SIGTERM)
                try server.waitForEvent(.stopDelayed)
                try #expect(server.status(of: "/segfault") == 500)
                try server.waitForEvent(.workerReady, count: 3)
                try server.waitForWorkers(2)
                try #expect(Self.loader(server) == loader)
                server.send(SIGINT)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// A stop does not wait for a fork that never ends.
        @Test func stopsWhileAForkHangs() throws {
            let directory = try TemporaryDirectory()
            let text = """
                import os, time
                os.register_at_fork(before=lambda: time.sleep(3600))
                def app(environ, start_response):
                    return []

                """
            try directory.write(text, to: "hanging.py")
            var site = Self.site()
            site.application = "hanging:app"
            site.settings = "boot_timeout = \"600s\""
            var setup = site.setup
            setup.settings = setup.settings.replacing(Program.folder, with: directory.path)
            setup.ready = 0
            try Server.run(setup, in: directory) { server in
                try server.waitForEvent(.applicationLoaded)
                server.send(SIGTERM)
                try server.waitForEvent(.applicationLost, ["level": "warning"])
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        @Test func namesThreadsThatAreNotInherited() throws {
            var site = Self.site()
            site.application = "wsgi_threads:application"
            try site.run { server in
                try server.waitForEvent(.application, ["level": "warning", "threads": "collector"])
                try #expect(server.status(of: "/ok") == 200)
            }
        }

        /// What a worker inherits is handed over however much it is: more descriptors than one message
        /// can have, and more settings than a socket holds.
        @Test func handsOverManyListenersAndLargeSettings() throws {
            let site = Self.site()
            let value = String(repeating: "x", count: 60_000)
            let large = (1...4).map { "LARGE_\($0) = \"\(value)\", " }.joined()
            var setup = site.setup
            setup.settings = setup.settings.replacing("env = { ", with: "env = { \(large)")
            setup.bind = ["127.0.0.1:0"] + (1...420).map { "unix:\($0)" }
            try Server.run(setup) { server in
                try server.waitForWorkers(2)
                let last = try #require(server.addresses.last)
                try #expect(server.status(of: "/ok", at: last) == 200)
            }
        }

        @Test func recyclesByRequests() throws {
            var site = Self.site(workers: 1)
            site.settings = "max_requests = 5"
            try site.run { server in
                let first = try server.get("/identity").text
                for _ in 1...5 { try #expect(server.status(of: "/ok") == 200) }
                try server.waitForEvent(.workerRecycled)
                try wait(until: "another worker") { try server.get("/identity").text != first }
            }
        }
    }
}
