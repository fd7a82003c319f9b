import ForktailTestSupport
import Glibc
import Testing

/// A program that workers of the class `exec` run: it serves on descriptor 3, and answers `/` with
/// its slot, its process and its generation, `/slow` after two seconds, `/hang` never; `/crash`
/// kills it.
struct Program: Sendable {
    let name: String
    /// What runs it, as `exec.command`.
    let command: [String]
    var environment: [String: String] = [:]
    /// More settings, as lines of the file.
    var settings: [String] = []
    /// What it does with its requests at its stop signal.
    var atStop = AtStop.finishesRequests
    /// What has to be on the machine: paths, each with the package that has it.
    var needs: [String: String] = [:]

    /// What a program does with its requests at its stop signal.
    enum AtStop {
        case finishesRequests
        /// It finishes them, but closes connections whose request it has not read yet.
        case finishesReadRequests
        /// It ends, and its requests with it.
        case dropsRequests
    }

    /// Why it can't run here; nil where it can.
    var missing: String? {
        needs.sorted { $0.key < $1.key }.first { access($0.key, F_OK) != 0 }.map { path, cure in
            "\(path) is not there (\(cure))"
        }
    }

    func setup(workers: Int, _ more: String = "") -> ServerSetup {
        let words = command.map(Self.quoted).joined(separator: ", ")
        let variables = environment.sorted { $0.key < $1.key }
            .map { "\($0.key) = \(Self.quoted($0.value))" }.joined(separator: ", ")
        let lines =
            ["worker_class = \"exec\"", "log_format = \"json\"", "exec.command = [\(words)]"]
            + (environment.isEmpty ? [] : ["env = { \(variables) }"]) + settings + [more]
        var setup = ServerSetup(
            executable: .forktail,
            workers: workers,
            settings: lines.joined(separator: "\n")
        )
        setup.hasDaemons = command.contains("daemon")
        // Some programs take seconds to start on a busy machine.
        setup.longestWait = .seconds(90)
        return setup
    }

    /// Runs a test with a server whose workers are this program, and looks for what it left: no
    /// process, no unexpected error in the log, no listening socket.
    ///
    /// Where it can't run the test is skipped, with a line that says why.
    func run(
        workers: Int = 2,
        _ more: String = "",
        ready: Int? = nil,
        _ body: (Server) throws -> Void
    ) throws {
        if let missing { return print("skipped: \(name): \(missing)") }
        var setup = setup(workers: workers, more)
        setup.ready = ready
        var sockets: Set<String> = []
        try Server.run(setup) { server in
            sockets = ProcessTable.listeners(of: server.arbiter)
            try body(server)
        }
        // What was killed closes its files a moment after the arbiter has gone.
        try wait(until: "the end of the listening sockets \(sockets)") {
            sockets.isDisjoint(with: ProcessTable.listeners)
        }
    }

    /// A text as TOML has it.
    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20: "\\u\(hex(scalar.value))"
            default: "\(scalar)"
            }
        }
        return "\"\(escaped.joined())\""
    }

    private static func hex(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension Program: CustomTestStringConvertible {
    var testDescription: String { name }
}

extension Server {
    /// Waits until a program has read the request of a client and had the time to begin it.
    func waitUntilBegun(_ client: Client) throws {
        try waitUntilRead(client)
        pause(milliseconds: 300)
    }

    /// The socket of a client's connection at the side of the server, once it was accepted.
    private func socket(of client: Client) throws -> String {
        guard case .tcp(let own) = address else { throw TestFailure("no TCP address") }
        let port = client.port
        return try eventually("the acceptance of the connection from port \(port)") {
            ProcessTable.acceptedSocket(at: own, from: port)
        }
    }

    /// Waits until a process of a worker's tree holds the connection of a client, whose request must
    /// not end meanwhile, and returns the worker.
    func worker(serving client: Client) throws -> pid_t {
        let port = client.port
        let socket = try socket(of: client)
        return try eventually("the worker with the connection from port \(port)") {
            workers.first { worker in
                ProcessTable.tree(of: worker).contains {
                    ProcessTable.descriptors(of: $0).values.contains(socket)
                }
            }
        }
    }
}
