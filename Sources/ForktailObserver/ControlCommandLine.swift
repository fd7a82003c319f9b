// A command of the command line to a running server: `forktail status` and the others.

package import ForktailConfiguration
import ForktailSystem
import ForktailWorker

package struct ControlCommandLine {
    private let request: ControlRequest
    private let client: ControlClient
    private let programName: String

    /// Makes the command of what the command line says.
    package init(_ request: ControlRequest, _ client: ControlClient, programName: String) {
        self.request = request
        self.programName = programName
        self.client = client
    }

    /// Gives the command, prints the result, and exits.
    package func run() -> Never {
        do throws(ControlClient.Failure) {
            switch request.action {
            case .status: show(request.isJSON ? "/status" : "/status.txt")
            case .requests: show(request.isJSON ? "/requests" : "/requests.txt")
            case .events(let follows): try showEvents(follows: follows)
            case .top: try top()
            case .scale(let count): try give(.scale, argument: count)
            case .reload: try give(.reload)
            case .upgrade: try give(.upgrade)
            case .stop(let isQuick): try give(isQuick ? .quickStop : .stop)
            case .restartWorker(let slot): try give(.restartWorker, argument: slot)
            case .logLevel(let level):
                let place = level.flatMap { LogLevel(rawValue: $0)?.place }
                try give(.logLevel, argument: place ?? -1)
            }
        } catch {
            fail(error)
        }
    }

    // MARK: Reading

    private func show(_ target: String) -> Never {
        do throws(ControlClient.Failure) {
            write(try get(target).body)
            Process.leave(.success)
        } catch {
            fail(error)
        }
    }

    private func get(_ target: String) throws(ControlClient.Failure) -> ControlClient.Answer {
        let answer = try client.ask("GET", target)
        guard answer.status == 200 else { fail(answer) }
        return answer
    }

    private func showEvents(follows: Bool) throws(ControlClient.Failure) -> Never {
        guard follows else { show(request.isJSON ? "/events" : "/events.txt") }
        let target = request.isJSON ? "/events.jsonl" : "/events.txt"
        let answer = try get(target)
        write(answer.body)
        var number = answer.event ?? "0"
        while true {
            Process.sleep(for: .milliseconds(500))
            do throws(ControlClient.Failure) {
                let answer = try get("\(target)?after=\(number)")
                number = answer.event ?? number
                write(answer.body)
            } catch .broken {
                // The observer is being replaced.
            }
        }
    }

    /// The keys of `top` and what they sort by.
    private static let orders: [UInt8: String] = [
        UInt8(ascii: "s"): "slot", UInt8(ascii: "r"): "rate", UInt8(ascii: "m"): "memory",
        UInt8(ascii: "t"): "time",
    ]

    private func top() throws(ControlClient.Failure) -> Never {
        if request.isJSON { try repeatStatus() }
        guard var terminal = Terminal.take() else {
            write(try get("/status.txt").body)
            Process.leave(.success)
        }
        write("\u{1b}[?1049h\u{1b}[?25l")
        var order = "slot"
        while true {
            do throws(ControlClient.Failure) {
                let answer = try client.ask("GET", "/status.txt?sort=\(order)")
                draw(answer.body, order, in: terminal)
            } catch {
                draw(Self.words(error) + "\n", order, in: terminal)
            }
            switch terminal.wait(atMost: .seconds(1)) {
            // Also Ctrl-C and Ctrl-D.
            case .key(UInt8(ascii: "q")), .key(3), .key(4):
                giveBack(&terminal)
                Process.leave(.success)
            case .signal(let signal):
                giveBack(&terminal)
                Process.die(of: signal)
            case .key(let key): order = Self.orders[key] ?? order
            case .nothing: break
            }
        }
    }

    private func giveBack(_ terminal: inout Terminal) {
        terminal.restore()
        write("\u{1b}[?25h\u{1b}[?1049l")
    }

    /// Prints the state once a second, each time as a line of JSON.
    private func repeatStatus() throws(ControlClient.Failure) -> Never {
        write(try get("/status").body)
        while true {
            Process.sleep(for: .seconds(1))
            do throws(ControlClient.Failure) {
                write(try client.ask("GET", "/status").body)
            } catch {
                // The server may be back for the next look.
                write(result(isDone: false, Self.words(error)))
            }
        }
    }

    private func draw(_ text: String, _ order: String, in terminal: borrowing Terminal) {
        let (columns, lines) = terminal.size
        let body = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.prefix(columns) }.prefix(lines - 2)
        let help = "sorted by \(order)   s slot  r rate  m memory  t time of the request  q quit"
        write("\u{1b}[H\u{1b}[J" + body.joined(separator: "\r\n") + "\r\n" + help.prefix(columns))
    }

    // MARK: Commands

    /// How long a server may be without an observer that answers.
    private static let timeout = Duration.seconds(15)

    private func give(
        _ kind: ControlCommand.Kind,
        argument: Int = 0
    ) throws(ControlClient.Failure) -> Never {
        let ticket = String(UInt64.random(in: 1...UInt64.max), radix: 16)
        let target = "/commands/\(kind.path)?ticket=\(ticket)&argument=\(argument)"
        let arbiter = try firstArbiter()
        var heard = Instant.now()
        var isGiven = false
        while true {
            do throws(ControlClient.Failure) {
                if !isGiven {
                    let answer = try client.ask("POST", target)
                    guard answer.status == 202 else { fail(answer) }
                    isGiven = true
                }
                let answer = try client.ask("GET", "/commands/\(ticket)")
                switch answer.status {
                case 202: heard = .now()
                case 404:
                    // It was lost with the observer, or waits for the arbiter.
                    isGiven = Instant.now() - heard < .seconds(2)
                    if kind == .upgrade, try self.arbiter() != arbiter { succeed("upgraded") }
                    if Instant.now() - heard > Self.timeout { throw .broken }
                case 200 where kind == .stop || kind == .quickStop:
                    awaitEnd(of: arbiter)
                case 200 where kind == .upgrade:
                    awaitEnd(of: arbiter, answer.body)
                case 200: succeed(answer.body)
                default: fail(answer)
                }
            } catch {
                switch (kind, error) {
                case (.stop, .absent) where isGiven, (.quickStop, .absent) where isGiven:
                    awaitEnd(of: arbiter)
                case (_, .noPermission): throw error
                case (_, .absent) where !isGiven && !ProcessFacts.isRunning(arbiter): throw error
                case _ where Instant.now() - heard > Self.timeout: throw error
                case _: break
                }
            }
            Process.sleep(for: .milliseconds(50))
        }
    }

    /// The process of the arbiter, which may be taking over the socket from another one.
    private func firstArbiter() throws(ControlClient.Failure) -> ProcessID {
        do throws(ControlClient.Failure) {
            return try arbiter()
        } catch {
            Process.sleep(for: .milliseconds(300))
            return try arbiter()
        }
    }

    /// The process of the arbiter that answers.
    private func arbiter() throws(ControlClient.Failure) -> ProcessID {
        try client.arbiter().process
    }

    private func awaitEnd(of arbiter: ProcessID, _ message: String? = nil) -> Never {
        while ProcessFacts.isRunning(arbiter) { Process.sleep(for: .milliseconds(20)) }
        guard let message else { succeed("stopped") }
        // The new arbiter takes over the control socket a little later.
        let end = Instant.now() + Self.timeout
        while Instant.now() < end {
            do throws(ControlClient.Failure) {
                if try self.arbiter() != arbiter { break }
            } catch {
                // It does not listen yet.
            }
            Process.sleep(for: .milliseconds(50))
        }
        succeed(message)
    }

    private func succeed(_ message: String) -> Never {
        write(request.isJSON ? result(isDone: true, message) : message + "\n")
        Process.leave(.success)
    }

    // MARK: Failures

    private func fail(_ answer: ControlClient.Answer) -> Never {
        let message = answer.body.split(separator: "\n").joined(separator: "\n")
        let code: ExitCode =
            switch answer.status {
            case 403: .noPermission
            case 409: .refused
            case 422: .configuration
            case 503: .unavailable
            default: .bootFailed
            }
        leave(message.isEmpty ? "the server answered \(answer.status)" : message, code)
    }

    private func fail(_ failure: ControlClient.Failure) -> Never {
        switch failure {
        // The server may be where a mistaken setting says.
        case .absent(_, let mistakes?): leave(Self.words(failure), mistakes.exitCode)
        case .absent(_, nil), .broken: leave(Self.words(failure), .unavailable)
        case .noPermission: leave(Self.words(failure), .noPermission)
        }
    }

    private static func words(_ failure: ControlClient.Failure) -> String {
        switch failure {
        case .absent(let places, let mistakes):
            (mistakes.map { "\($0)\n" } ?? "")
                + (places.isEmpty
                    ? "no server to ask: "
                        + (mistakes == nil
                            ? "its settings name no control_socket"
                            : "these mistakes may hide its control_socket; mend them, or give "
                                + "--control-socket")
                    : "no server answers at "
                        + places.map { "\($0.path) (\($0.reason))" }.joined(separator: ", nor at ")
                        + "; does it run, with this control_socket?")
        case .noPermission(let path):
            "\(path): Permission denied; only the user of the server and root may command it"
        case .broken: "the server does not answer on its control socket"
        }
    }

    private func leave(_ message: String, _ code: ExitCode) -> Never {
        if request.isJSON { write(result(isDone: false, message)) }
        let lines = message.split(separator: "\n").map { "\(programName): \($0)\n" }
        // If standard error is closed, the exit status has to do.
        try? FileDescriptor.standardStream(2).writeAll(lines.joined())
        Process.leave(code)
    }

    private func result(isDone: Bool, _ message: String) -> String {
        let document: JSON = ["ok": .bool(isDone), "message": .string(message)]
        return String(decoding: document.serialized, as: UTF8.self) + "\n"
    }

    private func write(_ text: String) {
        let end = request.isJSON && !text.isEmpty && !text.hasSuffix("\n") ? "\n" : ""
        do throws(Errno) {
            try FileDescriptor.standardStream(1).writeAll(text + end)
        } catch .brokenPipe {
            Process.leave(.success)
        } catch {
            Process.leave(.systemError)
        }
    }
}
