import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog

/// Runs the application's handler, and maps its errors to responses.
///
/// It has no mutable state, so several threads may use it. To copy all that it holds for each request
/// would take a tenth of the instructions of class sync.
final class RequestHandler: Sendable {
    let application: any Application
    let context: WorkerContext
    /// The application, where a stream of it belongs to the thread of its handler.
    let threadBound: (any ThreadBoundApplication)?
    private let front: FrontRules?

    init(application: any Application, context: WorkerContext) throws {
        self.application = application
        self.context = context
        threadBound = application as? any ThreadBoundApplication
        front = try FrontRules(context.configuration)
    }

    /// Runs the handler.
    ///
    /// - Parameters:
    ///   - request: What it answers.
    ///   - sender: Sends its response while it runs, where it is bound to its thread.
    /// - Returns: Its response, or the one to its error.
    /// - Throws: The error of the request's body that the handler did not catch.
    func response(
        to request: Request,
        sending sender: (any ResponseSender)? = nil
    ) throws(BodyError) -> Response {
        if let front, let response = front.response(to: request) {
            return checkConnect(response, to: request)
        }
        do {
            guard let sender, let threadBound else {
                return try check(application.respond(to: request), to: request)
            }
            return try check(threadBound.respond(to: request, sending: sender), to: request)
        } catch let error as BodyError {
            throw error
        } catch {
            return checkConnect(self.response(to: request, after: error), to: request)
        }
    }

    private func check(_ response: consuming Response, to request: Request) throws -> Response {
        try response.check(against: request)
        if response.takesConnection { try request.body.discard() }
        return checkConnect(response, to: request)
    }

    /// Refuses a CONNECT that the application answers as if it were an ordinary request.
    func checkConnect(_ response: consuming Response, to request: Request) -> Response {
        response.overlooksConnect(request) ? Response(HTTPError(.notImplemented)) : response
    }

    /// The response to a request whose handler threw.
    func response(to request: Request, after error: any Error) -> Response {
        guard let error = error as? HTTPError else {
            context.logger.error(
                .handlerThrew,
                "\(request.summary): the application threw \(error)",
                [LogField("slot", context.slot), LogField("error", "\(error)")] + request.logFields
            )
            return context.configuration.debug && request.isOfThisMachine
                ? Response(unexpected: error, request) : Response(HTTPError(.internalServerError))
        }
        return Response(error)
    }
}

/// The same for the tasks of asynchronous applications.
extension RequestHandler {
    /// The application, where it is asynchronous.
    var asyncApplication: (any AsyncApplication)? {
        (application as? BlockingBridge)?.application
    }

    /// The response that the settings give in place of the application; nil for none.
    func frontResponse(to request: Request) -> Response? { front?.response(to: request) }
}

extension Response {
    /// Whether the application serves the connection after the head.
    var takesConnection: Bool {
        if case .connection = body { true } else { false }
    }
}
