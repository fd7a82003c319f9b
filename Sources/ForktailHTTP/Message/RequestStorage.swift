/// The bytes of a request's head and where its parts lie.
///
/// A worker uses it for one request after the other, for as long as no `Request` holds on to it.
package final class RequestStorage {
    /// What was received: the head, perhaps with body bytes behind it.
    package var bytes: ByteBuffer
    /// Where the head's parts lie in `bytes`.
    package var head = RequestHead()
    /// The client's end of the connection.
    package var remoteAddress = RemoteAddress.unix
    /// The other end of the connection: the client, or a proxy.
    package private(set) var peer = RemoteAddress.unix
    /// Whether the client reached the first proxy, or this server, by TLS.
    package var isSecure = false
    /// What the client and this server have agreed on by TLS; nil without.
    package var secureConnection: SecureConnection?
    /// The Host that the client asked for, where a proxy in front says so.
    package var forwardedHost: String?
    /// The id of the request; nil where requests have none.
    package var id: String?
    /// How fields whose name has an underscore are treated.
    package var headerMap: HeaderMap

    /// Makes storage with room for `capacity` bytes.
    package init(capacity: Int, headerMap: HeaderMap = .drop) {
        self.headerMap = headerMap
        bytes = ByteBuffer(capacity: capacity)
    }

    /// Forgets the request, and gets ready for one of a client behind a peer.
    package func reset(for client: RemoteAddress, behind peer: RemoteAddress) {
        bytes.truncate()
        head.method = 0..<0
        head.target = 0..<0
        remoteAddress = client
        self.peer = peer
        isSecure = false
        forwardedHost = nil
        id = nil
        secureConnection = nil
    }

    /// The request as far as it is known, for a response that refuses it; nil without a request line.
    package var refused: Request? {
        head.target.isEmpty ? nil : Request(self, body: .empty)
    }

    /// The scheme of the target URI.
    package var scheme: String { isSecure ? "https" : "http" }

    /// Where the method, the target and the space between them lie in `bytes`.
    package var methodAndTarget: Range<Int> { head.method.lowerBound..<head.target.upperBound }

    /// Whether the method is HEAD, whose answer has no body.
    package var isHead: Bool {
        bytes.withSpan { $0.equals(head.method, "HEAD") }
    }

    /// The text of the bytes in `range`.
    func text(_ range: Range<Int>) -> String {
        bytes.withSpan { String(received: $0.extracting(range)) }
    }

    /// The text of bytes of the target: octets above 0x7F as escapes.
    ///
    /// RFC 3986 has no such octets; clients that send them mean what the escapes stand for.
    func targetText(_ range: Range<Int>) -> String {
        guard head.hasRawOctets else { return text(range) }
        return String(decoding: PercentCoding.encodeHighOctets(bytes.array(range)), as: UTF8.self)
    }

    /// Refuses a target of the scheme `https` over a connection without TLS, RFC 9110 section 7.4.
    ///
    /// Call it once the PROXY header or the forwarded fields of a trusted peer have set `isSecure`.
    /// That a peer is trusted isn't enough: many proxies pass on the target that a client has made up.
    package func checkScheme() throws(RequestFault) {
        guard !head.isSecureTarget || isSecure else { throw .secureTarget }
    }

    /// The bytes in `range` with their escapes decoded.
    package func decoded(_ range: Range<Int>) -> [UInt8] {
        bytes.withSpan { PercentCoding.decode(range, of: $0) }
    }

    /// Says whether the path in `range` has neither escapes nor what could be a dot segment.
    func isPlain(_ range: Range<Int>) -> Bool {
        var last = UInt8(ascii: "/")
        for index in range {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") { return false }
            if byte == UInt8(ascii: "."), last == UInt8(ascii: "/") { return false }
            last = byte
        }
        return true
    }

    /// Says whether the application sees the field.
    package func shows(_ field: FieldRange) -> Bool {
        !field.hasUnderscore || headerMap == .keep
    }

    /// The values of a name that the application sees.
    package enum Values {
        case none
        /// One, and where it lies.
        case one(Range<Int>)
        case several([Range<Int>])
    }

    /// Looks for the values of `name`.
    package func values(of name: HTTPField.Name) -> Values {
        let text = name.rawName.utf8
        return values(of: text.span)
    }

    /// Looks for the values of a name in any case.
    package func values(of wanted: Span<UInt8>) -> Values {
        guard head.names.mayHave(wanted) else { return .none }
        return bytes.withSpan { receivedValues(of: wanted, in: $0) }
    }

    // Most names that are asked for end above.
    @inline(never)
    private func receivedValues(of wanted: Span<UInt8>, in received: Span<UInt8>) -> Values {
        var values = Values.none
        for index in head.fields.indices {
            let field = head.fields[index]
            guard field.name.count == wanted.count,
                received.extracting(field.name).equalsIgnoringCase(wanted), shows(field)
            else {
                continue
            }
            switch values {
            case .none: values = .one(field.value)
            case .one(let first): values = .several([first, field.value])
            case .several(let others): values = .several(others + [field.value])
            }
        }
        return values
    }
}
