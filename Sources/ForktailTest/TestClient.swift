public import Forktail
import Glibc

/// A client of the server that `serve` has started: it sends requests, and reads the server's log.
public final class TestClient {
    private let server: TestServer
    /// The port at which the server listens.
    public let port: UInt16

    init(_ server: TestServer, port: UInt16) {
        self.server = server
        self.port = port
    }

    /// The arbiter, to which signals are sent.
    public var arbiterProcessID: Int32 { server.process }

    /// Sends a request by a connection of its own, and waits for the whole response.
    ///
    /// ```swift
    /// let response = try client.send(.put, "/orders/17", body: Array("paid".utf8))
    /// ```
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: The request target, such as `/orders?page=2`.
    ///   - fields: The fields; Host, Connection and Content-Length are added where they are missing.
    ///   - body: The whole body.
    /// - Returns: The response, whose body is bytes: see `Response.text` and `Response.json`.
    /// - Throws: `TestFailure` where the server gives no whole response within 30 s.
    public func send(
        _ method: Request.Method,
        _ target: String,
        fields: HTTPFields = [:],
        body: [UInt8] = []
    ) throws -> Response {
        var head = "\(method) \(target) HTTP/1.1\r\n"
        var fields = fields
        if !fields.contains(.host) { fields[.host] = "127.0.0.1:\(port)" }
        if !fields.contains(.connection) { fields[.connection] = "close" }
        if !body.isEmpty, !fields.contains(.contentLength) {
            fields[.contentLength] = "\(body.count)"
        }
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        do {
            let bytes = try exchange(Array((head + "\r\n").utf8) + body)
            return try ReceivedResponse(bytes, isOfHead: method == Request.Method.head).response
        } catch let failure as TestFailure {
            throw TestFailure("\(method) \(target): \(failure)")
        }
    }

    /// Sends a GET request; see `send`.
    public func get(_ target: String, fields: HTTPFields = [:]) throws -> Response {
        try send(.get, target, fields: fields)
    }

    /// Sends a POST request with a JSON body; see `send`.
    public func post(_ target: String, json: JSON) throws -> Response {
        try send(
            .post,
            target,
            fields: [.contentType: "application/json"],
            body: json.serialized
        )
    }

    /// Sends a signal to the arbiter, such as SIGHUP for a reload.
    public func signal(_ signal: Int32) {
        kill(server.process, signal)
    }

    /// The lines that the server has written so far; each is an object, or a string where it is no
    /// JSON.
    public var log: [JSON] { server.log }

    /// Waits for a line of the log about an event, with values of some fields.
    ///
    /// ```swift
    /// let death = try client.waitForLog("worker_exited", ["target": "/crash"])
    /// #expect(death["trap"]?.stringValue == "overflow")
    /// ```
    ///
    /// - Parameters:
    ///   - event: The event's name; the article "The logs" lists them all.
    ///   - fields: Values that the line must have.
    ///   - count: How many such lines there must be.
    /// - Returns: The last of these lines.
    /// - Throws: `TestFailure` where there are fewer after 30 s.
    @discardableResult
    public func waitForLog(
        _ event: String,
        _ fields: KeyValuePairs<String, JSON> = [:],
        count: Int = 1
    ) throws -> JSON {
        try server.eventually("\(count) × \(event) \(fields) in the log") {
            let lines = log.filter { line in
                line["event"]?.stringValue == event
                    && fields.allSatisfy { line[$0.key]?.serialized == $0.value.serialized }
            }
            return lines.count >= count ? lines.last : nil
        }
    }

    /// Sends bytes by a new connection, and returns all that comes until its end.
    private func exchange(_ bytes: [UInt8]) throws -> [UInt8] {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let connection = try Self.check("socket", socket(AF_INET, type, 0))
        defer { close(connection) }
        var limit = timeval(tv_sec: Int(TestServer.longestWait.components.seconds), tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try Self.check("connect", connected)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // A server may answer, and close, before it has read all.
            guard count > 0 else { break }
            sent += count
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            if count > 0 {
                received += buffer.prefix(count)
            } else if count == 0 || !received.isEmpty {
                return received
            } else {
                try Self.check("recv", -1)
            }
        }
    }

    @discardableResult
    private static func check(_ call: String, _ result: Int32) throws -> Int32 {
        guard result >= 0 else {
            throw TestFailure("\(call): \(String(cString: strerror(errno)))")
        }
        return result
    }
}
