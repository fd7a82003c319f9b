// The application of the observer: what it answers, and to which client.
//
// Its handlers never wait: they run in the loop. A command is sent to the arbiter, and its client
// asks again how far it has come.

import ForktailHTTP
import ForktailSystem
import ForktailWorker

// SAFETY: the loop of the observer is its only thread.
final class Observer: Application, @unchecked Sendable {
    private let watch: Watch
    private let channel: SharedDescriptor
    /// What the control socket is bound to; nil where there is none.
    private let control: SystemString?
    private let owner: UInt32

    init(watch: Watch, channel: SharedDescriptor, control: SystemString?, owner: UInt32) {
        self.watch = watch
        self.channel = channel
        self.control = control
        self.owner = owner
    }

    /// An observer is made by its arbiter only.
    init() throws {
        throw HTTPError(.notImplemented)
    }

    /// Keeps a sample of what the service does.
    func sample() {
        watch.sample()
    }

    func respond(to request: Request) throws -> Response {
        let client = Client(of: HandledConnection.descriptor, control: control)
        if case .control(_, let user) = client, user != owner, user != 0 {
            return refusal(.forbidden, "this socket obeys user \(owner) and root only")
        }
        let response = try answer(request, from: client)
        return response.setting(.cacheControl, to: "no-store")
    }

    private func answer(_ request: Request, from client: Client) throws -> Response {
        let path = request.path
        if path.hasPrefix("/commands/") {
            guard case .control(let process, let user) = client else {
                return refusal(.forbidden, "commands are taken on the control socket only")
            }
            return command(String(path.dropFirst(10)), request, process: process, user: user)
        }
        guard request.method == .get || request.method == .head else {
            return refusal(.methodNotAllowed, "this is for reading")
                .setting(.allow, to: "GET, HEAD")
        }
        return try read(path, request)
    }

    private func read(_ path: String, _ request: Request) throws -> Response {
        switch path {
        case "/healthz": return health()
        case "/readyz": return readiness()
        case "/metrics": return metrics(request)
        case "/status": return Response(json: StatusDocument(watch.look()).json)
        case "/status.txt":
            let order = StatusTable.Order(rawValue: request.value(of: "sort") ?? "") ?? .slot
            return Response(text: StatusTable(watch.look(), by: order).text)
        case "/requests": return Response(json: RequestList(watch.lookForRequests()).json)
        case "/requests.txt": return Response(text: RequestList(watch.lookForRequests()).text)
        case "/events": return Response(json: .array(events(request).map(\.json)))
        case "/events.txt": return eventLines(request, \.line)
        case "/events.jsonl": return eventLines(request, \.jsonLine)
        case "/arbiter.txt":
            let service = watch.look().service
            return Response(text: "\(service.process)\n\(service.file)\n")
        case "/history": return Response(json: watch.historyJSON)
        case "/": return page()
        default: throw HTTPError(.notFound)
        }
    }

    private func health() -> Response {
        let sight = watch.look()
        guard sight.isAlive else {
            let seconds = sight.unheard.nanoseconds / 1_000_000_000
            return refusal(.serviceUnavailable, "no sign of life of the arbiter for \(seconds) s")
        }
        return Response(text: "ok\n")
    }

    private func readiness() -> Response {
        let sight = watch.look()
        guard sight.isAlive else { return health() }
        guard sight.service.isReady else {
            return refusal(
                .serviceUnavailable,
                "\(sight.service.phase.name), \(sight.service.ready.counted(as: "worker")) ready"
            )
        }
        return Response(text: "ok\n")
    }

    private func metrics(_ request: Request) -> Response {
        let isOpen = request[.accept]?.contains("application/openmetrics-text") == true
        let text = Metrics(watch.look(), isOpen: isOpen).text
        return Response(
            bytes: Array(text.utf8),
            contentType: isOpen
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8"
        )
    }

    private func events(_ request: Request) -> [JournalEvent] {
        watch.board.events(after: Self.number(in: request))
    }

    private func eventLines(_ request: Request, _ line: (JournalEvent) -> String) -> Response {
        let events = events(request)
        return Response(text: events.map(line).joined())
            .setting(.eventNumber, to: "\(events.last?.number ?? Self.number(in: request))")
    }

    /// The number of the last event that the client knows.
    private static func number(in request: Request) -> UInt64 {
        request.value(of: "after").flatMap { UInt64($0) } ?? 0
    }

    private func page() -> Response {
        Response(html: StatusPage(watch.look(), watch.board.events(after: 0)).html)
            .setting(
                .contentSecurityPolicy,
                to: "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                    + "connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
            )
    }

    private func refusal(_ status: Response.Status, _ reason: String) -> Response {
        Response(text: reason + "\n", status: status)
    }

    // MARK: Commands

    /// Takes a command (POST), or tells how far one has come (GET).
    private func command(
        _ name: String,
        _ request: Request,
        process: Int32,
        user: UInt32
    ) -> Response {
        if request.method == .get {
            guard let ticket = UInt64(name, radix: 16) else {
                return refusal(.badRequest, "\(name) is no ticket")
            }
            return state(of: ticket)
        }
        guard request.method == .post else {
            return refusal(.methodNotAllowed, "POST gives a command, GET asks for its state")
                .setting(.allow, to: "GET, POST")
        }
        let kind = ControlCommand.Kind.allCases.first { $0.path == name }
        guard let kind else { return refusal(.notFound, "there is no command \(name)") }
        guard let ticket = request.value(of: "ticket").flatMap({ UInt64($0, radix: 16) }),
            ticket != 0
        else { return refusal(.badRequest, "ticket=HEXADECIMAL is missing") }
        let argument = request.value(of: "argument").map { Int32($0) } ?? 0
        guard let argument else { return refusal(.badRequest, "argument is no number") }
        do throws(Errno) {
            try channel.descriptor.send(
                ControlCommand(
                    ticket: ticket,
                    kind: kind,
                    argument: argument,
                    process: process,
                    user: user
                )
            )
            return Response(text: "", status: .accepted)
        } catch {
            return refusal(.serviceUnavailable, "the arbiter takes no command: \(error)")
        }
    }

    private func state(of ticket: UInt64) -> Response {
        guard let (state, message) = watch.board.command(ticket) else {
            return refusal(.notFound, "the arbiter does not know the command")
        }
        let status: Response.Status =
            switch state {
            case .pending: .accepted
            case .done: .ok
            case .refused: .conflict
            case .failed: .internalServerError
            case .misconfigured: .unprocessableContent
            case .unavailable: .serviceUnavailable
            }
        return Response(text: message, status: status)
    }
}

/// The peer of a connection, by what the kernel tells.
private enum Client {
    /// It came by the control socket.
    case control(process: Int32, user: UInt32)
    /// It came by the address for reading.
    case reader

    init(of descriptor: Int32, control: SystemString?) {
        guard let control, FileDescriptor.boundPath(of: descriptor) == control,
            let peer = try? FileDescriptor.peer(of: descriptor)
        else {
            self = .reader
            return
        }
        self = .control(process: peer.process, user: peer.user)
    }
}

extension HTTPField.Name {
    /// The number of the last event in a text.
    static var eventNumber: Self { HTTPField.Name("Forktail-Event") ?? .server }
}

extension Request {
    /// The first value of a parameter of the query.
    fileprivate func value(of name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}

extension ControlCommand.Kind {
    /// The last part of the path.
    package var path: String {
        self == .quickStop ? "quick-stop" : name
    }
}
