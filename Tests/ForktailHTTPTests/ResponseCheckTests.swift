import Testing

@testable import ForktailHTTP

/// What an application may answer, and with what it takes over a connection.
struct ResponseCheckTests {
    static func fault(of response: Response, to request: Request) -> ResponseFault? {
        do throws(ResponseFault) {
            try response.check(against: request)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            // Connection, Upgrade, what is offered: RFC 9110 section 7.8
            ("upgrade", "websocket", ["websocket"]),
            ("keep-alive, Upgrade", "websocket, h2c", ["websocket", "h2c"]),
            (
                "upgrade", "HTTP/2.0, SHTTP/1.3, IRC/6.9, RTA/x11",
                [
                    "HTTP/2.0", "SHTTP/1.3", "IRC/6.9", "RTA/x11",
                ]
            ),
            ("keep-alive", "websocket", []),
            ("close", "websocket", []),
            ("upgrade", nil, []),
            (nil, "websocket", []),
        ] as [(String?, String?, [String])]
    )
    func findsOffers(_ connection: String?, upgrade: String?, offers: [String]) throws {
        var fields = HTTPFields()
        fields[.connection] = connection
        fields[.upgrade] = upgrade
        #expect(try Request(fields: fields).upgrades == offers)
    }

    @Test func ignoresOffersOfOldClients() throws {
        let text = "GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
        #expect(try RequestTests.make(text).upgrades == [])
    }

    @Test func switchesOnlyToWhatIsOffered() throws {
        let fields: HTTPFields = [.connection: "upgrade", .upgrade: "echo, WebSocket"]
        let request = try Request(fields: fields)
        var response = Response(switchingTo: "websocket") { _ in }
        #expect(Self.fault(of: response, to: request) == nil)
        #expect(Self.fault(of: response, to: try Request()) == .upgrade("websocket"))
        response.status = .ok
        #expect(Self.fault(of: response, to: request) == .upgrade("websocket"))
        let forged = Response(switchingTo: "echo\r\nX: y") { _ in }
        #expect(Self.fault(of: forged, to: request) == .upgrade("echo\r\nX: y"))
    }

    @Test func tunnelsOnlyForConnect() throws {
        let connect = try Request(.connect, "a:1")
        var response = Response(tunnel: { _ in })
        #expect(Self.fault(of: response, to: connect) == nil)
        #expect(Self.fault(of: response, to: try Request()) == .tunnel)
        response.status = .forbidden
        #expect(Self.fault(of: response, to: connect) == .tunnel)
    }

    /// RFC 9110 section 9.3.6: a 2xx would promise a tunnel.
    @Test(arguments: [
        (Response.Status.ok, true), (.noContent, true), (.notFound, true), (.found, false),
        (.forbidden, false), (.proxyAuthenticationRequired, false), (.badGateway, false),
    ])
    func takesNoConnectByAccident(_ status: Response.Status, isOverlooked: Bool) throws {
        let connect = try Request(.connect, "a:1")
        #expect(Response(status: status).overlooksConnect(connect) == isOverlooked)
        #expect(!Response(tunnel: { _ in }).overlooksConnect(connect))
        #expect(!Response(status: status).overlooksConnect(try Request()))
    }

    @Test(arguments: [Response.Status.continue, .switchingProtocols, .earlyHints])
    func refusesInterimAnswers(_ status: Response.Status) throws {
        let fault = Self.fault(of: Response(status: status), to: try Request())
        #expect(fault == .interimStatus(status.code))
    }

    @Test func refusesForgedFields() throws {
        let forged = Response(redirect: "/\r\nX: y")
        #expect(Self.fault(of: forged, to: try Request()) == .field(.location))
    }

    @Test(arguments: [
        HTTPField.Name.contentLength, .transferEncoding, .host, .setCookie, .contentType,
        .cacheControl, .date, .location, .trailer, .authorization, .wwwAuthenticate,
    ])
    func refusesForbiddenTrailers(_ name: HTTPField.Name) throws {
        let trailers = Response.Trailers([.eTag, name]) { [:] }
        let response = Response(contentType: "a/b", trailers: trailers) { nil }
        #expect(Self.fault(of: response, to: try Request()) == .field(name))
    }

    @Test func refusesUnannouncedTrailers() throws {
        let fine = Response.Trailers([.eTag, .link]) { [.eTag: "x"] }
        #expect(try fine.fields() == [.eTag: "x"])
        let other = Response.Trailers([.eTag]) { [.eTag: "x", .link: "y"] }
        #expect(throws: ResponseFault.trailer(.link)) { try other.fields() }
        let forged = Response.Trailers([.eTag]) { [.eTag: "x\r\ny"] }
        #expect(throws: ResponseFault.trailer(.eTag)) { try forged.fields() }
    }

    @Test(
        arguments: [
            ("GET", [Request.Method.get], nil, nil), ("HEAD", [.get], nil, nil),
            ("HEAD", [.post], 405, "POST"), ("POST", [.get], 405, "GET, HEAD"),
            ("PATCH", [.get, .put], 405, "GET, HEAD, PUT"), ("get", [.get], 501, nil),
            ("BREW", [.get], 501, nil), ("BREW", [.init(rawValue: "BREW")], nil, nil),
        ] as [(String, [Request.Method], Int?, String?)]
    )
    func requiresMethods(
        _ method: String,
        methods: [Request.Method],
        code: Int?,
        allow: String?
    ) throws {
        let request = try Request(.init(rawValue: method))
        var caught: HTTPError?
        do throws(HTTPError) {
            switch methods.count {
            case 1: try request.require(methods[0])
            default: try request.require(methods[0], methods[1])
            }
        } catch {
            caught = error
        }
        #expect(caught?.status.code == code)
        #expect(caught?.fields[.allow] == allow)
    }
}

/// Their heads on the wire.
extension ResponseEncoderTests {
    @Test func announcesTrailers() {
        let trailers = Response.Trailers([.eTag, .link]) { [:] }
        let response = Response(contentType: "a/b", trailers: trailers) { nil }
        let (lines, transfer) = Self.encode(response)
        #expect(lines.suffix(2) == ["Transfer-Encoding: chunked", "Trailer: ETag, Link"])
        #expect(transfer == .chunked)
        let old = Self.encode(response, minorVersion: 0, persists: false)
        #expect(old.lines.last == "Connection: close")
        #expect(old.transfer == .untilClose)
    }

    @Test func switchesProtocols() {
        let response = Response(switchingTo: "echo", fields: [.vary: "x"]) { _ in }
        let (lines, transfer) = Self.encode(response, persists: false)
        #expect(
            lines == [
                "HTTP/1.1 101 Switching Protocols", "Vary: x", "Connection: upgrade",
                "Upgrade: echo",
            ]
        )
        #expect(transfer == .none)
    }

    @Test func opensTunnels() {
        let (lines, transfer) = Self.encode(Response(tunnel: { _ in }), persists: false)
        #expect(lines == ["HTTP/1.1 200 OK", "Date: \(Self.date)", "Server: forktail"])
        #expect(transfer == .none)
    }
}
