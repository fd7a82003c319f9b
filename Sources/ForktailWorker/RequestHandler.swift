import ForktailHTTP
import ForktailLog

/// Has the application answer requests, and answers for it where it can't.
///
/// It holds nothing that changes, so that several threads may use it.
struct RequestHandler: Sendable {
    let application: any Application
    let context: WorkerContext

    /// What the client is answered.
    func response(to request: Request) -> Response {
        let response = outcome(of: request)
        guard !response.overlooksConnect(request) else {
            return Response(HTTPError(.notImplemented))
        }
        return response
    }

    /// What the application answers, or what stands for its error.
    private func outcome(of request: Request) -> Response {
        do {
            let response = try application.respond(to: request)
            try response.check(against: request)
            if response.takesConnection { try request.body.discard() }
            return response
        } catch let error as HTTPError {
            return Response(error)
        } catch let error as BodyError {
            context.logger.info("\(request.summary): \(error)")
            return Response(HTTPError(error.status))
        } catch {
            context.logger.error(
                "\(request.summary): the application threw \(error)",
                [LogField("slot", context.slot), LogField("error", "\(error)")]
            )
            return Response(HTTPError(.internalServerError))
        }
    }

    /// Says in the log why an answer did not go out whole.
    func report(_ failure: SendFailure, of exchange: Exchange) {
        let subject = exchange.summary
        switch failure {
        case .connection(let reason):
            context.logger.info("\(subject): the answer was not taken: \(reason)")
        case .body(let reason):
            context.logger.error("\(subject): the answer was cut: \(reason)")
        case .takenConnection(let reason):
            context.logger.info("\(subject): the connection ended: \(reason)")
        }
    }

    /// Says in the log what was refused.
    func report(_ refusal: Refusal, of client: RemoteAddress) {
        let answer = refusal.status.map { "\($0.code)" } ?? "closed"
        context.logger.warning(
            "\(client): \(answer): \(refusal.reason)",
            [LogField("client", "\(client)"), LogField("reason", refusal.reason)]
        )
    }
}

extension Request {
    /// Who asked for what, for log lines.
    var summary: String { "\(remoteAddress.host) \(method) \(target)" }
}

extension Response {
    /// Whether the connection is the application's after the head.
    var takesConnection: Bool {
        if case .connection = body { true } else { false }
    }
}
