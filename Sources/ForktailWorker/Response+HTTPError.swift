import ForktailHTTP

extension Response {
    /// The answer that shows an error to the client.
    init(_ error: HTTPError) {
        self.init(text: "\(error.message)\n", status: error.status)
        for field in error.fields {
            fields.append(field)
        }
    }

    /// The answer that shows a developer what the handler has thrown (`debug`).
    init(unexpected error: any Error, _ request: Request) {
        let fields = request.fields.map { "\($0.name): \($0.value)\n" }.joined()
        let text = """
            The handler threw an error of type \(String(reflecting: type(of: error))):

            \(error)

            It answered \(request.line)\(request.id.map { " (id \($0))" } ?? ""):

            \(fields)
            (The setting debug shows this to clients on this machine.)

            """
        self.init(text: text, status: .internalServerError)
    }
}

extension Request {
    /// Whether the client is on this machine, and no proxy that says so has passed the request on.
    var isOfThisMachine: Bool {
        guard remoteAddress.isLoopback, storage.peer.isLoopback else { return false }
        return Self.proxyFields.allSatisfy { fields[$0] == nil }
    }

    /// The fields by which proxies name themselves or the client.
    private static let proxyFields = [
        "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP",
    ].compactMap { HTTPField.Name($0) }
}
