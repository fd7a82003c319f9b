import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Scenario 47: sockets that another process has made, sd_listen_fds(3).
    @Suite struct InheritedSocketTests {
        /// A command that says for which process the sockets are, as systemd does.
        private static func giving(_ count: String, to process: String = "$$") -> [String] {
            [
                "/bin/sh", "-c",
                "LISTEN_PID=\(process) LISTEN_FDS=\(count) LISTEN_FDNAMES=web:side exec \"$@\"",
                "sh",
            ]
        }

        private static func setup(_ sockets: [ListeningSocket], _ settings: String = "")
            -> ServerSetup
        {
            ServerSetup(
                settings: settings,
                bind: [],
                wrapper: giving("\(sockets.count)"),
                inherited: sockets.map(\.descriptor)
            )
        }

        /// They are the only ones where no address is named, and outlive the server; what systemd
        /// tells the server is not told to the application.
        @Test func servesWhatItIsGiven() throws {
            let directory = try TemporaryDirectory()
            let path = directory.path(of: "given")
            let sockets = try [ListeningSocket(), ListeningSocket(path: path)]
            try Server.run(Self.setup(sockets), in: directory) { server in
                #expect(server.addresses == sockets.map(\.address))
                for socket in sockets {
                    try #expect(server.status(of: "/pid", at: socket.address) == 200)
                }
                #expect(server.listeningSockets.count == 2)
                for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] {
                    try #expect(server.get("/environment/\(name)").text == "(unset)")
                }
                for worker in server.workers {
                    let descriptors = ProcessTable.descriptors(of: worker).values
                    #expect(descriptors.count { $0.hasPrefix("pipe:") } == 1)
                }
            }
            #expect(directory.contains("given"))
            _ = try Client(sockets[0].address)
        }

        /// Together with addresses of its own, of which it removes its own file only.
        @Test func servesBoth() throws {
            let directory = try TemporaryDirectory()
            let socket = try ListeningSocket(path: directory.path(of: "given"))
            var setup = Self.setup([socket])
            setup.bind = ["127.0.0.1:0", "unix:own.sock"]
            try Server.run(setup, in: directory) { server in
                try wait(until: "three addresses") { server.addresses.count == 3 }
                for address in server.addresses {
                    try #expect(server.status(of: "/pid", at: address) == 200)
                }
                try server.reload(bind: ["unix:own.sock"])
                try server.waitForReload(2)
                try server.waitForWorkers(2)
                #expect(server.listeningSockets.count == 2)
                try #expect(server.status(of: "/pid", at: socket.address) == 200)
            }
            #expect(directory.contains("given"))
        }

        /// An address of the settings that a given socket has already is not bound again.
        @Test func takesTheGivenSocketForTheAddressItHas() throws {
            let directory = try TemporaryDirectory()
            let socket = try ListeningSocket(path: directory.path(of: "given"))
            var setup = Self.setup([socket])
            setup.bind = ["unix:given"]
            try Server.run(setup, in: directory) { server in
                #expect(server.addresses == [socket.address])
                try #expect(server.status(of: "/pid", at: socket.address) == 200)
            }
            #expect(directory.contains("given"))
        }

        /// What is for another process is not ours.
        @Test func leavesTheSocketsOfAnotherProcessAlone() throws {
            let socket = try ListeningSocket()
            var setup = Self.setup([socket])
            setup.wrapper = Self.giving("1", to: "1")
            setup.bind = ["127.0.0.1:0"]
            try Server.run(setup) { server in
                #expect(server.addresses.count == 1)
                #expect(server.address != socket.address)
                // The arbiter keeps what it does not know; its workers have no use for it.
                let stray = ProcessTable.descriptors(of: server.arbiter)[3]
                #expect(stray != nil)
                for worker in try server.waitForWorkers(2) {
                    let descriptors = ProcessTable.descriptors(of: worker).values
                    #expect(!descriptors.contains { $0 == stray })
                }
            }
        }

        /// The variables of an upgrade that no arbiter has set for this process.
        @Test func ignoresTheVariablesOfAnotherUpgrade() throws {
            let socket = try ListeningSocket()
            var setup = ServerSetup(
                settings: "log_format = \"json\"",
                environment: ["FORKTAIL_FD": "3;3=127.0.0.1:1", "FORKTAIL_PID": "1"],
                inherited: [socket.descriptor]
            )
            setup.workers = 1
            try Server.run(setup) { server in
                try #expect(server.status(of: "/pid") == 200)
                #expect(server.address != socket.address)
                let line = server.logLines.first { $0.contains("are ignored: ") }
                #expect(line?.contains("\"level\":\"warning\"") == true)
            }
        }

        @Test(arguments: [
            ("junk", "LISTEN_FDS: junk is no number of sockets"),
            ("0", "LISTEN_FDS: 0 is no number of sockets"),
            ("-1", "LISTEN_FDS: -1 is no number of sockets"),
            ("2147483647", "inherited descriptor"),
            ("99999999999", "LISTEN_FDS: 99999999999 is no number of sockets"),
            ("2", "inherited descriptor 4 is no listening socket"),
        ])
        func refusesWhatIsNoNumberOfSockets(count: String, reason: String) throws {
            let directory = try TemporaryDirectory()
            let socket = try ListeningSocket(path: directory.path(of: "given"))
            var setup = Self.setup([socket], "pidfile = \"server.pid\"")
            setup.wrapper = Self.giving(count)
            let run = try OneShot(setup, in: directory)
            #expect(run.ending == .exited(69))
            #expect(run.errors.contains(reason), "\(run.errors)")
            #expect(!directory.contains("server.pid"))
            #expect(directory.contains("given"))
        }

        /// One server stops and another starts on the same socket: clients wait meanwhile.
        @Test(arguments: [false, true])
        func losesNoRequestOverARestart(isUnix: Bool) throws {
            let directory = try TemporaryDirectory()
            let path = isUnix ? directory.path(of: "given") : nil
            let socket = try ListeningSocket(path: path)
            let load = Load(clients: 4, at: [socket.address])
            for _ in 1...3 {
                try directory.write("", to: "stderr")
                try Server.run(Self.setup([socket]), in: directory) { server in
                    try load.waitForAnswers(of: server.waitForWorkers(2))
                }
            }
            try directory.write("", to: "stderr")
            try Server.run(Self.setup([socket]), in: directory) { _ in
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
            }
        }

        /// Scenario 35: an upgrade passes them on, and they are still not ours.
        @Test func surviveAnUpgrade() throws {
            let directory = try TemporaryDirectory()
            let socket = try ListeningSocket(path: directory.path(of: "given"))
            var setup = Self.setup([socket])
            setup.bind = ["unix:own.sock"]
            try Server.run(setup, in: directory) { server in
                try server.handOver(to: server.upgrade())
                try server.waitForWorkers(2)
                #expect(server.listeningSockets.count == 2)
                for address in server.addresses {
                    try #expect(server.status(of: "/pid", at: address) == 200)
                }
            }
            #expect(directory.contains("given"))
        }
    }
}
