import Foundation
import Glibc
import Testing

/// A server with a control socket, as an operator uses it.
struct Control {
    /// What makes a server have one.
    static let settings = "control_socket = \"control.sock\""

    let server: Server

    static func setup(workers: Int = 2, _ more: String = "") -> ServerSetup {
        var setup = ServerSetup(workers: workers)
        setup.settings = settings + "\n" + more
        return setup
    }

    /// Runs the executable with a command, beside the server.
    @discardableResult
    func run(_ words: String...) throws -> OneShot { try run(words) }

    /// The same with a list of words.
    @discardableResult
    func run(_ words: [String]) throws -> OneShot {
        try OneShot(
            words + ["-c", "forktail.toml"],
            executable: server.setup.executable,
            in: server.directory
        )
    }

    /// The observer that serves.
    func observer() throws -> pid_t {
        try eventually("a living observer") {
            server.observers.first { ProcessTable.isAlive($0) }
        }
    }

    var address: Address { .unix(path: server.directory.path(of: "control.sock")) }

    func get(_ path: String) throws -> Reply { try Client.get(path, at: address) }

    /// The document of `/status`.
    func status() throws -> [String: Any] {
        try Self.object(get("/status").text)
    }

    static func object(_ text: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(object as? [String: Any])
    }

    func slots() throws -> [[String: Any]] {
        try #require(status()["slots"] as? [[String: Any]])
    }

    /// The number of a sample of `/metrics`.
    func metric(_ sample: String) throws -> Double {
        try Self.value(of: sample, in: get("/metrics").text)
    }

    static func value(of sample: String, in text: String) throws -> Double {
        let line = text.split(separator: "\n").first { $0.hasPrefix(sample + " ") }
        return try #require(
            line.flatMap { Double($0.split(separator: " ").last ?? "") },
            "\(sample)"
        )
    }
}

extension Server {
    /// Runs a test with a server that has a control socket.
    static func control(_ setup: ServerSetup = Control.setup(), _ body: (Control) throws -> Void)
        throws
    {
        try run(setup) { server in
            let control = Control(server: server)
            _ = try control.observer()
            try wait(until: "an answer of the observer") { (try? control.get("/healthz")) != nil }
            try body(control)
        }
    }
}
