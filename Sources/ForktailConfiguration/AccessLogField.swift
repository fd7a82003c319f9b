/// A fact of a request that a line of the access log in JSON has.
public enum AccessLogField: Hashable, Sendable, CustomStringConvertible {
    /// All that have a name of their own; those of TLS only where there is an address with HTTPS.
    case standard
    case time
    case processID
    case slot
    case status
    /// Whether the client got a part of a response at least.
    case answered
    case bytes
    case bytesIn
    case seconds
    /// How long the request waited for the loop or a thread of class `event`.
    case queueSeconds
    case remoteAddress
    case peerAddress
    case method
    case path
    case query
    case protocolVersion
    case host
    case scheme
    case request
    case requestID
    case referer
    case userAgent
    /// What TLS has agreed on, and the certificate of the client.
    case secure(SecureFact)
    /// A field of the request, by its name.
    case header(String)
    /// A field of the response, by its name.
    case responseHeader(String)

    private static let names: [(name: String, field: AccessLogField)] = [
        ("time", .time), ("pid", .processID), ("slot", .slot), ("status", .status),
        ("answered", .answered), ("bytes", .bytes), ("bytes_in", .bytesIn), ("seconds", .seconds),
        ("queue_seconds", .queueSeconds),
        ("remote_address", .remoteAddress), ("peer_address", .peerAddress), ("method", .method),
        ("path", .path), ("query", .query), ("protocol", .protocolVersion), ("host", .host),
        ("scheme", .scheme), ("request", .request), ("request_id", .requestID),
        ("referer", .referer), ("user_agent", .userAgent),
    ]
    private static let secureNames: [(name: String, field: AccessLogField)] = [
        ("tls_version", .secure(.version)), ("tls_suite", .secure(.suite)),
        ("tls_server_name", .secure(.serverName)), ("tls_session", .secure(.session)),
        ("client_subject", .secure(.subject)), ("client_issuer", .secure(.issuer)),
        ("client_serial", .secure(.serial)), ("client_fingerprint", .secure(.fingerprint)),
        ("client_verification", .secure(.verification)),
    ]
    private static let headerPrefix = "header:"
    private static let responseHeaderPrefix = "response_header:"

    /// The names of all but `standard` and the fields by name, in the order of a line.
    static let allNames = (names + secureNames).map(\.name)

    /// The facts that it stands for, in a service with HTTPS or without.
    package func all(withTLS: Bool) -> [AccessLogField] {
        guard self == .standard else { return [self] }
        return (withTLS ? Self.names + Self.secureNames : Self.names).map(\.field)
    }

    /// Makes the fact with this name; nil where there is none.
    init?(_ name: String) {
        if name == "standard" {
            self = .standard
        } else if let known = (Self.names + Self.secureNames).first(where: { $0.name == name }) {
            self = known.field
        } else if let header = Self.header(in: name, after: Self.headerPrefix) {
            self = .header(header)
        } else if let header = Self.header(in: name, after: Self.responseHeaderPrefix) {
            self = .responseHeader(header)
        } else {
            return nil
        }
    }

    /// The name of a field, RFC 9110 section 5.1.
    private static func header(in name: String, after prefix: String) -> String? {
        guard name.hasPrefix(prefix) else { return nil }
        let header = name.dropFirst(prefix.count)
        let isToken = header.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
        return isToken && !header.isEmpty ? header.lowercased() : nil
    }

    /// Its name in a line and in the setting.
    public var description: String {
        if self == .standard { return "standard" }
        if case .header(let name) = self { return Self.headerPrefix + name }
        if case .responseHeader(let name) = self { return Self.responseHeaderPrefix + name }
        return (Self.names + Self.secureNames).first { $0.field == self }?.name ?? ""
    }
}
