import Glibc
import Testing

extension ProcessTests.ExecTests {
    /// What programs write becomes lines of the log.
    @Suite struct ProgramOutputTests {
        @Test func becomesLines() throws {
            let steps = ["print", "to stdout", "print-error", "to stderr"]
            let program = Program(name: "C", command: Program.probe().command + steps + ["serve"])
            try program.run(workers: 1) { server in
                let worker = try server.waitForWorkers(1)[0]
                for text in ["to stdout", "to stderr"] {
                    let record = try server.waitForRecord(text) { $0.message.contains(text) }
                    #expect(record.number("slot") == 0)
                    #expect(record.number("worker_pid") == Int(worker))
                }
            }
        }

        @Test func becomesLinesOfText() throws {
            let program = Program.probe("print", "to stdout", "serve")
            var setup = program.setup(workers: 1)
            setup.settings = setup.settings.replacing("\"json\"", with: "\"text\"")
            try Server.run(setup) { server in
                let worker = try server.waitForWorkers(1)[0]
                let record = try server.waitForRecord("the line") { $0.line.contains("to stdout") }
                #expect(record.line.contains("worker 0 (pid \(worker))"))
            }
        }

        /// A program that logs JSON itself is not wrapped; what only looks like it is.
        @Test func keepsLinesThatAreObjects() throws {
            let object = #"{"level":"info","message":"own","user":7}"#
            let program = Program.probe(
                "print",
                object,
                "print",
                "{not json}",
                "print",
                #"{"a":1} {"b":2}"#,
                "print",
                "\u{1B}[31m\u{FF} \"quoted\"",
                "serve"
            )
            // Braces of the command line stand for something.
            let command = program.command.map { $0.replacing("{", with: "{{") }
            try Program(name: "C", command: command).run(workers: 1) { server in
                try server.waitForRecord("the line with quotes") { $0.message.contains("quoted") }
                #expect(server.logLines.contains { $0 == object })
                for record in server.records { #expect(!record.fields.isEmpty, "\(record.line)") }
                for text in ["{not json}", #"{"a":1} {"b":2}"#] {
                    #expect(server.records.contains { $0.message.contains(text) }, "\(text)")
                }
            }
        }

        /// The last words need no end of line, and are there when the worker is gone.
        @Test func endsWithTheLastWords() throws {
            let program = Program.probe(
                "print-unfinished",
                "last words",
                "pause",
                "0.2",
                "exit",
                "1"
            )
            let run = try OneShot(program.setup(workers: 1), in: TemporaryDirectory())
            #expect(run.errors.contains("last words"))
        }

        /// None is lost, and the program isn't held up.
        @Test func keepsManyLines() throws {
            try Program.probe("print-lines", "30000", "serve").run(workers: 1) { server in
                try server.waitForRecord("the last line") { $0.message.hasSuffix("line 30000") }
                let numbers = server.records.compactMap { record in
                    record.message.split(separator: " ").last.flatMap { Int($0) }
                }
                #expect(numbers.filter { $0 > 1 }.count >= 29_999)
            }
        }

        /// A line without an end is cut, and the arbiter keeps no more of it than a line may have.
        @Test func boundsALineWithoutAnEnd() throws {
            let size = 20_000_000
            try Program.probe("flood", "\(size)", "serve").run(workers: 1, ready: 1) { server in
                try server.waitForWorkers(1)
                try #expect(server.status(of: "/") == 200)
                let status = ProcessTable.text(of: "/proc/\(server.arbiter)/status")
                let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
                let kilobytes = peak.flatMap { Int($0.filter(\.isNumber)) } ?? 0
                #expect((1...60_000).contains(kilobytes), "the arbiter had \(kilobytes) kB")
                #expect(server.logLines.allSatisfy { $0.utf8.count < 20_000 })
            }
        }
    }
}
