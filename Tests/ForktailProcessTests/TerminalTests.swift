import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Scenario 28: the keys of a terminal signal the whole group in the foreground.
    @Suite struct TerminalTests {
        /// Only the arbiter gets Ctrl-C, once, and signals the workers.
        @Test func stopsOnceByControlC() throws {
            let terminal = try Terminal()
            try Server.run(ServerSetup(workers: 3, terminal: terminal.path)) { server in
                try terminal.press(.controlC)
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(server.count(.signalReceived, ["signal": "SIGINT"]) == 1)
                #expect(server.count(.stopEscalated) == 0)
                #expect(server.count(.workerExited, ["status": 0]) == 3)
                #expect(server.count(.workerExited, ["cause": "stopped"]) == 3)
            }
        }

        /// The kernel's HUP, when the window is closed, stops gracefully; that of kill(1) reloads.
        @Test func stopsGracefullyWhenTheTerminalIsGone() throws {
            let terminal = try Terminal()
            try Server.run(ServerSetup(terminal: terminal.path)) { server in
                server.send(SIGHUP)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                let gate = Gate(server: server, name: "slow")
                let client = try gate.enter()
                terminal.hangUp()
                try server.waitForEvent(.signalReceived, ["signal": "SIGHUP"], count: 2)
                try gate.open()
                #expect(try client.reply().status == 200)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// nohup(1) has SIGHUP ignored: the end of the terminal stops neither the server nor the new
        /// arbiter of an upgrade; the HUP of kill(1) reloads.
        @Test func outlivesItsTerminalWhereHangUpsAreIgnored() throws {
            let terminal = try Terminal()
            let setup = ServerSetup(
                wrapper: ["/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh"],
                terminal: terminal.path
            )
            try Server.run(setup) { server in
                let first = server.arbiter
                terminal.hangUp()
                try server.waitForEvent(
                    .signalIgnored,
                    ["signal": "SIGHUP", "pid": Int(first)]
                )
                server.send(SIGHUP)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                let new = try server.upgrade()
                // The kernel sends it once more at the end of the session's leader.
                try server.handOver(to: new)
                try server.waitForEvent(.signalIgnored, ["signal": "SIGHUP", "pid": Int(new)])
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// Ctrl-C stops both arbiters of an upgrade, which are of one group.
        @Test func stopsBothArbitersOfAnUpgrade() throws {
            let terminal = try Terminal()
            try Server.run(ServerSetup(workers: 1, terminal: terminal.path)) { server in
                _ = try server.upgrade()
                try terminal.press(.controlC)
                try #expect(server.process.waitForEnd() == .exited(0))
                try server.waitForEvent(.signalReceived, ["signal": "SIGINT"], count: 2)
            }
        }

        /// After Ctrl-Z the workers serve on, and after `fg` the arbiter judges none of them by the
        /// time for which it stood still.
        @Test func killsNoWorkerAfterControlZ() throws {
            let terminal = try Terminal()
            // Where standard error is no terminal, bash does not control jobs.
            let shell = """
                exec 3>&2 2>&0; set -m; "$@" 2>&3 3>&-; : >suspended
                while [ ! -e foreground ]; do sleep 0.02; done; fg >/dev/null
                """
            let setup = ServerSetup(
                settings: "timeout = \"2s\"",
                wrapper: ["/bin/bash", "-c", shell, "bash"],
                wrapperForks: true,
                terminal: terminal.path
            )
            try Server.run(setup) { server in
                let workers = try server.waitForWorkers(2)
                let arbiter = server.arbiter
                try terminal.press(.controlZ)
                try wait(until: "the shell's prompt") { server.directory.contains("suspended") }
                #expect(ProcessTable.entry(arbiter)?.state == "T")
                for _ in 0..<8 { try #expect(server.status(of: "/sleep/400") == 200) }
                try server.directory.write("", to: "foreground")
                try server.waitForEvent(.arbiterPaused)
                try #expect(Set(server.waitForWorkers(2)) == Set(workers))
                try terminal.press(.controlC)
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(server.count(.signalReceived, ["signal": "SIGINT"]) == 1)
            }
        }

        /// In the background the arbiter writes to a terminal also after `stty tostop`.
        @Test func writesToATerminalThatForbidsIt() throws {
            let terminal = try Terminal()
            let shell = """
                exec 3>&2 2>&0; stty tostop; set -m; "$@" 2>&3 3>&- >/dev/tty & wait $!
                """
            let setup = ServerSetup(
                workers: 1,
                settings: "accesslog = \"-\"",
                wrapper: ["/bin/bash", "-c", shell, "bash"],
                wrapperForks: true,
                terminal: terminal.path
            )
            try Server.run(setup) { server in
                server.expectDeaths(by: "SIGKILL")
                let client = try Gate(server: server, name: "slow").enter()
                // The arbiter writes the line of a request that dies with its worker.
                kill(try server.waitForWorkers(1)[0], SIGKILL)
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try server.waitForWorkers(1)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(server.count(.signalReceived, ["signal": "SIGTTOU"]) == 0)
            }
        }
    }
}
