import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// The handshake of TLS before the first request.
@Suite struct HandshakeTests {
    /// Every first byte: a request begins with a visible character or an empty line.
    @Test func tellsHTTPFromTLS() {
        for byte in UInt8.min...UInt8.max {
            let isText = (0x21...0x7E).contains(byte) || byte == 0x0D || byte == 0x0A
            switch ConnectionMachine.Greeting(firstByte: byte) {
            case .http: #expect(isText, "\(byte)")
            case .tls: #expect(!isText, "\(byte)")
            }
        }
    }

    @Test func servesOnceTheHandshakeIsComplete() {
        let dialogue = Dialogue(security: .expected)
        #expect(dialogue.step.kind == .handshake && dialogue.machine.awaitsGreeting)
        dialogue.handle(.handshakeBegun)
        dialogue.handle(.secured(.sample))
        dialogue.receive(Situation.get)
        #expect(dialogue.running?.request?.scheme == "https")
        #expect(dialogue.running?.request?.secureConnection === SecureConnection.sample)
        dialogue.respond(Response(text: "x"))
        dialogue.receive(Situation.get)
        #expect(dialogue.running?.request?.secureConnection === SecureConnection.sample)
    }

    /// What comes behind a PROXY header is the beginning of the handshake.
    @Test func beginsBehindAProxyHeader() {
        let dialogue = Dialogue(security: .expected) { rules in
            rules.proxyParser = ProxyHeaderParser()
            rules.isProxy = { _ in true }
        }
        dialogue.receive(Array("PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\n".utf8) + [22, 3, 1])
        #expect(dialogue.step.kind == .handshake)
        #expect(dialogue.machine.takeEarlyBytes() == [22, 3, 1])
        #expect(dialogue.machine.takeEarlyBytes() == [])
        #expect(dialogue.machine.client == .ipv4(0xc000_0207, port: 1))
    }

    @Test(arguments: [
        (false, "GET /a?b HTTP/1.1\r\nHost: x:8443\r\n\r\n", "400", "https://x:8443/a?b"),
        (true, "GET /a?b HTTP/1.1\r\nHost: x:8443\r\n\r\n", "308", "Location: https://x:8443/a?b"),
        (true, "GET / HTTP/1.0\r\n\r\n", "400", "This address speaks HTTPS only."),
        (true, "PUT /x HTTP/1.1\r\nHost: y\r\nContent-Length: 9\r\n\r\n", "308", "https://y/x"),
        (false, "nonsense\r\n\r\n", "400", "\r\n\r\n"),
    ])
    func answersHTTP(redirects: Bool, request: String, status: String, part: String) {
        let dialogue = Dialogue(security: .expected) { $0.redirectsToHTTPS = redirects }
        dialogue.handle(.spokeHTTP)
        dialogue.receive(request)
        #expect(dialogue.statusLines.first?.hasPrefix("HTTP/1.1 \(status) ") == true)
        #expect(dialogue.sent.contains(part) && dialogue.sent.contains("Connection: close"))
        #expect(dialogue.machine.kind == .lingering || dialogue.machine.kind == .closed)
    }

    @Test func notesWhyItFails() {
        let dialogue = Dialogue(security: .expected)
        dialogue.handle(.handshakeBegun)
        dialogue.handle(.handshakeFailed("no shared cipher"))
        #expect(dialogue.notes.map(\.event) == [.handshakeFailed])
        #expect(dialogue.notes.first?.reason == "no shared cipher")
        #expect(dialogue.machine.kind == .lingering && dialogue.sent.isEmpty)
    }

    @Test(
        arguments: [
            ("x.example", 443, "https://x.example/p?q"),
            ("x.example:80", 443, "https://x.example/p?q"),
            ("x.example:80", 8443, "https://x.example:8443/p?q"),
            ("[::1]", 8443, "https://[::1]:8443/p?q"), ("[::1]:80", 443, "https://[::1]/p?q"),
        ] as [(String, UInt16, String)]
    )
    func namesTheSecureURL(host: String, port: UInt16, url: String) {
        let dialogue = Dialogue()
        dialogue.receive("GET /p?q HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(dialogue.running?.request?.secureURL(port: port) == url)
    }
}
