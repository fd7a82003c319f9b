import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct InstanceTests {
        /// Scenario 6: the second refuses, the first does not notice.
        @Test(arguments: [
            ("pidfile = \"server.pid\"", "127.0.0.1:0", "pidfile server.pid: already in use"),
            ("", "unix:server.sock", "server.sock: Address already in use"),
        ])
        func refusesToRunTwice(settings: String, bind: String, reason: String) throws {
            let setup = ServerSetup(settings: settings, bind: [bind])
            try Server.run(setup) { server in
                let before = try server.waitForWorkers(2)
                let second = try OneShot(setup, in: server.directory)
                #expect(second.ending == .exited(69))
                #expect(second.errors.contains(reason), "\(second.errors)")
                try #expect(server.status(of: "/pid", at: server.address) == 200)
                try #expect(Set(before) == Set(server.waitForWorkers(2)))
                if !settings.isEmpty {
                    #expect(second.errors.contains("by the arbiter with pid \(server.arbiter)"))
                    let pidfile = server.directory.text(of: "server.pid")
                    #expect(pidfile == "\(server.arbiter)\n")
                }
            }
        }

        /// A file, a directory, anything but a socket in the way is left alone.
        @Test func leavesAForeignFileAlone() throws {
            let directory = try TemporaryDirectory()
            try directory.write("precious", to: "server.sock")
            let started = try OneShot(ServerSetup(bind: ["unix:server.sock"]), in: directory)
            #expect(started.ending == .exited(69))
            #expect(started.errors.contains("the file in the way is no socket"))
            #expect(directory.text(of: "server.sock") == "precious")
            #expect(
                directory.names.sorted() == [
                    "forktail.toml", "oneshot.err", "oneshot.out", "server.sock",
                ]
            )
        }

        /// A process that waits for the lock of the pidfile gets it when the arbiter ends.
        @Test func holdsThePidfileLocked() throws {
            try Server.run(ServerSetup(settings: "pidfile = \"server.pid\"")) { server in
                let path = server.directory.path(of: "server.pid")
                let file = open(path, O_RDONLY | O_CLOEXEC)
                defer { close(file) }
                #expect(file >= 0)
                #expect(flock(file, LOCK_EX | LOCK_NB) == -1)
                #expect(errno == EWOULDBLOCK)
                for worker in try server.waitForWorkers(2) { kill(worker, SIGTERM) }
                try server.waitForEvent(.workerExited, ["reason": "left"], count: 2)
                #expect(flock(file, LOCK_EX | LOCK_NB) == -1)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
                #expect(!server.directory.contains("server.pid"))
            }
        }

        /// A stale number is overwritten, whosever it is.
        @Test func takesOverAStalePidfile() throws {
            let directory = try TemporaryDirectory()
            try directory.write("\(getpid())\n", to: "server.pid")
            try Server.run(ServerSetup(settings: "pidfile = \"server.pid\""), in: directory) {
                server in
                #expect(directory.text(of: "server.pid") == "\(server.arbiter)\n")
            }
        }

        @Test func givesTheSocketFileItsMode() throws {
            try Server.run(ServerSetup(bind: ["unix:server.sock"])) { server in
                var status = stat()
                #expect(stat(server.directory.path(of: "server.sock"), &status) == 0)
                #expect(status.st_mode & 0o777 == 0o660)
            }
        }

        /// At its end a server removes its own socket file only.
        @Test func leavesASocketFileThatAnotherHasPutThere() throws {
            try Server.run(ServerSetup(bind: ["unix:own.sock"])) { server in
                let path = server.directory.path(of: "own.sock")
                #expect(unlink(path) == 0)
                try server.directory.write("another's", to: "own.sock")
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(server.directory.text(of: "own.sock") == "another's")
                #expect(unlink(path) == 0)
            }
        }
    }
}
