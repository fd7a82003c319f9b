import Glibc

/// A request at `/gate/NAME` that stays in its handler until the test lets it go.
struct Gate {
    let server: Server
    let name: String
    /// Another handler that ends in the same wait.
    var handler = "gate"

    var path: String { "/\(handler)/\(name)" }

    /// Sends the request and waits until a worker is in the handler.
    func enter() throws -> Client {
        let client = try Client(server.address)
        try client.send(Client.request(path))
        try wait(until: "a worker in the handler of \(name)") { worker != nil }
        return client
    }

    /// The worker that is in the handler.
    var worker: pid_t? {
        pid_t(server.directory.text(of: "\(name).entered"))
    }

    func open() throws {
        try server.directory.write("", to: "\(name).open")
    }
}
