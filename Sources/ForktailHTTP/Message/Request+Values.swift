extension Request {
    /// Makes a request as if a client had sent it, to test a handler with.
    ///
    /// A Host field is added where there is none, and Content-Length is that of `body`. The request
    /// goes through the same parser as a received one.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - target: the request target as a client writes it, such as `/a%20b?c=d`.
    ///   - fields: the fields in their order.
    ///   - body: the whole body.
    ///   - trailers: the fields after the body.
    ///   - remoteAddress: the client.
    /// - Throws: the error response that the server would send to such a request.
    public init(
        _ method: Method = .get,
        _ target: String = "/",
        fields: HTTPFields = [:],
        body: [UInt8] = [],
        trailers: HTTPFields = [:],
        from remoteAddress: RemoteAddress = .ipv4(0x7f00_0001, port: 50_000)
    ) throws(HTTPError) {
        let storage = RequestStorage(capacity: 256)
        let head = Self.head(method, target, Self.completed(fields, bodyLength: body.count))
        storage.bytes.append(head.span)
        storage.remoteAddress = remoteAddress
        var parser = RequestHeadParser(limits: RequestLimits())
        do throws(RequestFault) {
            let isComplete = try parser.parse(head.span, into: &storage.head)
            guard isComplete, storage.head.length == head.count else {
                throw .malformedTarget
            }
        } catch {
            throw HTTPError(error.status, error.reason)
        }
        let source = BufferedBody(body, trailers: trailers)
        self.init(storage, body: RequestBody(source: source))
    }

    private static func completed(_ given: HTTPFields, bodyLength: Int) -> HTTPFields {
        var fields: HTTPFields = given.contains(.host) ? [:] : [.host: "localhost"]
        for field in given where field.name != .transferEncoding { fields.append(field) }
        fields[.contentLength] = bodyLength > 0 ? "\(bodyLength)" : nil
        return fields
    }

    private static func head(_ method: Method, _ target: String, _ fields: HTTPFields) -> [UInt8] {
        var head = Array("\(method) \(target) HTTP/1.1\r\n".utf8)
        for field in fields { head.append(field) }
        head.append(literal: "\r\n")
        return head
    }
}
