import Forktail

/// Answers with the request itself as JSON: the mirror that conformance tests look into.
struct Echo: Application {
    private let bodyLimit: Int

    init() throws {
        self.init(bodyLimit: Configuration().limitRequestBody)
    }

    init(bodyLimit: UInt64) {
        self.bodyLimit = Int(clamping: bodyLimit)
    }

    func respond(to request: Request) throws -> Response {
        guard request.method != .connect else { throw HTTPError(.notImplemented) }
        return Response(json: [
            "method": .string(request.method.rawValue),
            "target": .string(request.target),
            "version": .string("\(request.version)"),
            "headers": .array(
                request.fields.map { .array([.string("\($0.name)"), .string($0.value)]) }
            ),
            "body_base64": .string(Base64.encode(try request.body.collect(upTo: bodyLimit))),
        ])
    }
}
