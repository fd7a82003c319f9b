import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct LogTests {
        /// The form of a log for people; the other tests read the fields of the JSON form.
        private static let text = "log_format = \"text\"\n"

        @Test func writesLinesThatPeopleCanRead() throws {
            try Server.run(ServerSetup(settings: Self.text)) { server in
                server.send(SIGHUP)
                try wait(until: "the reload") { server.log.contains(" generation 2 in force ") }
                let form = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[\d+\] (info|warning) [^ ].*/
                for line in server.logLines {
                    #expect(line.wholeMatch(of: form) != nil, "\(line)")
                }
            }
        }

        @Test func writesJSONThatProgramsCanRead() throws {
            let setup = ServerSetup(settings: "accesslog = \"access.log\"")
            try Server.run(setup) { server in
                server.expectErrors(.handlerThrew)
                try #expect(server.status(of: "/throw/a%22b%0Ac%5C") == 500)
                server.send(SIGHUP)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                #expect(server.records.count > 5)
                for record in server.records {
                    for key in ["time", "level", "event", "message"] {
                        #expect(record.fields[key] is String)
                    }
                    #expect(record.number("pid") != nil)
                }
                let threw = try #require(server.records(.handlerThrew).first)
                #expect(threw.text("message").hasSuffix("a\"b\nc\\"))
                #expect(threw.text("error").hasSuffix("a\"b\nc\\"))
                let access = server.directory.text(of: "access.log").split(separator: "\n")
                #expect(access.count == 1)
                let entry = LogRecord(access[0])
                #expect(entry.number("status") == 500)
                #expect(entry.text("request") == "GET /throw/a%22b%0Ac%5C HTTP/1.1")
            }
        }

        /// Four workers write thousands of lines to one file; none is torn, lost or doubled.
        @Test func tearsNoLineOfTheAccessLog() throws {
            let setup = ServerSetup(workers: 4, settings: Self.text + "accesslog = \"access.log\"")
            try Server.run(setup) { server in
                let load = Load(clients: 4, at: [server.address], limit: 500)
                let tally = load.finish()
                #expect(tally.answered == 2000)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                let lines = server.directory.text(of: "access.log").split(separator: "\n")
                #expect(lines.count == 2000)
                #expect(lines.count(where: Self.isCombined) == 2000)
            }
        }

        private static func isCombined(_ line: Substring) -> Bool {
            let form =
                /127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET \/pid HTTP\/1\.1" 200 \d+ "-" "-"/
            return line.wholeMatch(of: form) != nil
        }

        @Test(arguments: ["text", "json"])
        func takesFactsFromTheApplication(_ form: String) throws {
            let settings = "log_format = \"\(form)\"\nrequest_id = \"generate\""
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                let id = try #require(server.get("/log/a%22b")["X-Request-Id"])
                let message = "logged (text: a\"b, number: 7, half: 0.5, is: true, list: [1,null])"
                guard form == "json" else {
                    return try wait(until: "the line") { server.log.contains(" info \(message)\n") }
                }
                let record = try server.waitForEvent(.application, ["request_id": id])
                #expect(record.text("message") == message && record.number("slot") == 0)
                #expect(record.text("request").hasPrefix("GET /log/a%22b "))
                let facts =
                    #""facts":{"text":"a\"b","number":7,"half":0.5,"is":true,"list":"[1,null]"}"#
                #expect(server.log.contains(facts))
            }
        }

        /// What a client sends forges no line and no field.
        @Test func escapesWhatAClientSends() throws {
            let settings = Self.text + "accesslog = \"access.log\""
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                server.expectErrors(.handlerThrew)
                _ = try Client.exchange(
                    "GET /pid HTTP/1.1\r\nHost: a\r\nUser-Agent: a\"b\tc\\\r\nReferer: \u{e9}\r\n\r\n",
                    with: server.address
                )
                _ = try server.get("/throw/x%0A2026-01-01T00:00:00.000Z%20[1]%20info%20forged")
                try wait(until: "the line of the error") { server.log.contains(" forged\n") }
                #expect(!server.logLines.contains { $0.hasPrefix("2026-01-01") })
                let access = try server.waitForAccessLines(2)
                #expect(access.count == 2)
                #expect(
                    access[0].hasSuffix("\"a\\x22b\\x09c\\x5C\"")
                        || access[0].hasSuffix("\"a\\\"b\\tc\\\\\"")
                )
                #expect(!access[0].utf8.contains { $0 < 0x20 || $0 == 0x7f })
            }
        }

        @Test func takesAnAccessLogFormat() throws {
            let setup = ServerSetup(
                workers: 1,
                settings: """
                    log_format = "text"
                    accesslog = "access.log"
                    access_log_format = "%(h)s|%(m)s|%(U)s|%(q)s|%(s)s|%(B)s|%({x-id}i)s|%({content-type}o)s|%%"
                    """
            )
            try Server.run(setup) { server in
                _ = try Client.exchange(
                    "GET /big/7?a=b HTTP/1.1\r\nHost: a\r\nX-Id: 9\r\n\r\n",
                    with: server.address
                )
                try wait(until: "the line") {
                    server.directory.text(of: "access.log").hasSuffix("\n")
                }
                let line = server.directory.text(of: "access.log")
                #expect(line == "127.0.0.1|GET|/big/7|a=b|200|7|9|text/plain|%\n")
            }
        }

        /// Scenario 27: after renaming and USR1 new files are written, and no line is lost.
        @Test func reopensItsLogs() throws {
            let setup = ServerSetup(
                workers: 3,
                settings: Self.text + "accesslog = \"access.log\"\nproc_name = \"reopened\""
            )
            try Server.run(setup) { server in
                let load = Load(clients: 3, at: [server.address])
                for number in 1...3 {
                    let directory = server.directory
                    let old = directory.path(of: "access.log.\(number)")
                    try wait(until: "lines in the log") {
                        !directory.text(of: "access.log").isEmpty
                    }
                    #expect(rename(directory.path(of: "access.log"), old) == 0)
                    server.send(SIGUSR1)
                    try wait(until: "new files") { Self.reopenings(server) == number }
                    for worker in try server.waitForWorkers(3) {
                        try wait(until: "a worker that has the new file") {
                            !ProcessTable.descriptors(of: worker).values.contains(old)
                        }
                    }
                }
                let tally = load.stop()
                #expect(tally.lost == 0)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                let files = ["access.log.1", "access.log.2", "access.log.3", "access.log"]
                let lines = files.flatMap { server.directory.text(of: $0).split(separator: "\n") }
                #expect(lines.count == tally.answered)
                #expect(lines.count(where: Self.isCombined) == lines.count)
            }
        }

        private static func reopenings(_ server: Server) -> Int {
            server.logLines.count { $0.hasSuffix(" log files reopened") }
        }

        /// Two rotations at one time are as good as one: what is written goes to the newest file.
        @Test func followsRotationsThatComeCloseTogether() throws {
            let setup = ServerSetup(workers: 1, settings: "accesslog = \"access.log\"")
            try Server.run(setup) { server in
                let directory = server.directory
                let worker = try server.waitForWorkers(1)[0]
                for number in 1...3 {
                    let old = directory.path(of: "access.log.\(number)")
                    #expect(rename(directory.path(of: "access.log"), old) == 0)
                    for count in 1...2 {
                        server.send(SIGUSR1)
                        let reopenings = 2 * number - 2 + count
                        try server.waitForEvent(.logsReopened, count: reopenings)
                    }
                    try wait(until: "a worker that has the new file") {
                        !ProcessTable.descriptors(of: worker).values.contains(old)
                    }
                    try #expect(server.status(of: "/pid?\(number)") == 200)
                    try wait(until: "a line in the new file") {
                        directory.text(of: "access.log").contains("/pid?\(number) ")
                    }
                }
            }
        }

        /// The error log's file is left by the arbiter and all workers.
        @Test func reopensItsErrorLog() throws {
            let setup = ServerSetup(workers: 2, settings: "errorlog = \"error.log\"", ready: 0)
            let directory = try TemporaryDirectory()
            symlink("stderr", directory.path(of: "error.log"))
            try Server.run(setup, in: directory) { server in
                let workers = try server.waitForWorkers(2)
                unlink(directory.path(of: "error.log"))
                server.send(SIGUSR1)
                let fresh = directory.path(of: "error.log")
                for process in [server.arbiter] + workers {
                    try wait(until: "a process that has the new file") {
                        ProcessTable.descriptors(of: process).values.contains(fresh)
                    }
                }
                #expect(directory.text(of: "error.log").contains("\"logs_reopened\""))
            }
        }

        /// The line names the file, and the next signal finds it again.
        @Test func namesALogThatItCannotReopen() throws {
            let directory = try TemporaryDirectory()
            mkdir(directory.path(of: "a"), 0o755)
            try Server.run(ServerSetup(settings: "accesslog = \"a/log\""), in: directory) {
                server in
                server.expectErrors(.logsNotReopened)
                #expect(rename(directory.path(of: "a"), directory.path(of: "gone")) == 0)
                server.send(SIGUSR1)
                try server.waitForEvent(
                    .logsNotReopened,
                    ["path": "a/log", "reason": "No such file or directory"]
                )
                mkdir(directory.path(of: "a"), 0o755)
                server.send(SIGUSR1)
                try server.waitForEvent(.logsReopened)
            }
        }

        /// Under the journal lines begin with a priority, since the journal has the time already.
        @Test func prefixesLinesForTheJournal() throws {
            let directory = try TemporaryDirectory()
            try directory.write("", to: "stderr")
            var status = stat()
            #expect(stat(directory.path(of: "stderr"), &status) == 0)
            let stream = "\(status.st_dev):\(status.st_ino)"
            let setup = ServerSetup(settings: Self.text, environment: ["JOURNAL_STREAM": stream])
            try Server.run(setup, in: directory) { server in
                try #expect(server.status(of: "/throw/x") == 500)
                let lines = server.logLines
                #expect(lines.contains { $0.hasPrefix("<6>listening at ") })
                #expect(lines.contains { $0.hasPrefix("<3>") && $0.contains("threw") })
                #expect(lines.allSatisfy { $0.hasPrefix("<") })
            }
        }
    }
}
