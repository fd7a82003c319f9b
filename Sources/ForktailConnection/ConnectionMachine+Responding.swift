@_spi(inlined) import ForktailHTTP
import ForktailValues

/// Responses on their way to the client.
extension ConnectionMachine {
    /// The handler has returned.
    mutating func respond(mayKeep: Bool, at now: Instant, in workspace: Workspace) -> Step {
        guard case .handling(let exchange, _) = state, exchange.hasResponse else {
            return respondLate(mayKeep: mayKeep, at: now, in: workspace)
        }
        return accept(exchange, mayKeep: mayKeep, at: now, in: workspace)
    }

    /// The handler has returned after its task has waited.
    @inline(never)
    private mutating func respondLate(
        mayKeep: Bool,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        guard let exchange, exchange.hasResponse, awaken(.handler) else {
            return step(at: now, in: workspace)
        }
        return accept(exchange, mayKeep: mayKeep, at: now, in: workspace)
    }

    /// Takes the response of a handler.
    @inline(__always)
    private mutating func accept(
        _ exchange: consuming Exchange,
        mayKeep: Bool,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        exchange.mayKeep = mayKeep
        if !workspace.mayBlock, exchange.threadUse != nil {
            state = .queued(exchange, since: now)
            return .delegate
        }
        return send(exchange, at: now, in: workspace)
    }

    /// A thread serves the exchange.
    mutating func useThread(
        _ source: any BodySource,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        switch state {
        case .queued(let exchange, _) where !exchange.hasResponse:
            guard let buffer = exchange.buffer else { preconditionFailure("no request") }
            exchange.request = Request(buffer.storage, body: RequestBody(source: source))
            exchange.body = LiveBody(behind: buffer, limits: workspace.rules.limits)
            state = .handling(exchange, since: now)
            return .run
        case .queued(let exchange, _) where exchange.output.hasBegun:
            state = .sending(exchange)
            return continueSending(exchange, at: now, in: workspace)
        case .queued(let exchange, _):
            return send(exchange, at: now, in: workspace)
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body, .continuing, .handling,
            .readingBody, .sending,
            .pulling, .suspended, .paused, .taken, .logging, .closing, .endingSending,
            .lingering,
            .delegated, .closed:
            return step(at: now, in: workspace)
        }
    }

    /// Begins to send the response of an exchange.
    private mutating func send(
        _ exchange: consuming Exchange,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        guard !exchange.output.hasBegun else {
            return cut(exchange, .connection("100 Continue was cut"), workspace)
        }
        exchange.keepsConnection = exchange.mayKeep && mayKeep(after: exchange, in: workspace)
        exchange.lastProgress = now
        workspace.output.truncate()
        exchange.withResponse { response in
            let transfer = workspace.encoder.encodeHead(
                response,
                for: exchange.context,
                id: workspace.rules.givesIDs ? exchange.request?.id : nil,
                into: &workspace.output
            )
            if case .untilClose = transfer { exchange.keepsConnection = false }
            let headLength = workspace.output.count
            let source = Self.source(of: response.body, transfer, into: &workspace.output)
            exchange.output.load(
                head: headLength,
                copiedBody: workspace.output.count - headLength,
                source: source,
                transfer: transfer
            )
        }
        let hasMore = hasMore(exchange, workspace)
        state = .sending(exchange)
        return .send(more: hasMore)
    }

    private static func source(
        of body: Response.Body,
        _ transfer: BodyTransfer,
        into output: inout ByteBuffer
    ) -> ResponseOutput.Source {
        if case .connection(_, let serve) = body { return .connection(serve: serve) }
        if case .none = transfer { return .nothing }
        switch body {
        case .bytes(let bytes) where bytes.count <= ConnectionRules.copiedBodySize:
            output.append(bytes.span)
            return .nothing
        case .bytes(let bytes): return .bytes(bytes)
        case .text(let text) where text.utf8.count <= ConnectionRules.copiedBodySize:
            output.append(text)
            return .nothing
        case .text(let text): return .bytes(Array(text.utf8))
        case .file(let region): return .file(region, offset: region.offset)
        case .stream(_, let next), .streamWithTrailers(_, let next): return .stream(next: next)
        case .sequence(let sequence): return .sequence(sequence)
        case .connection: return .nothing
        }
    }

    /// Whether the client and the settings let another request follow.
    private func mayKeep(after exchange: Exchange, in workspace: Workspace) -> Bool {
        guard workspace.stop == nil, workspace.rules.keepalive != nil, exchange.isRequestComplete,
            exchange.request?.storage.head.persists == true
        else { return false }
        let limit = workspace.rules.keepaliveRequests
        return limit == 0 || requests < limit
    }

    /// Decides what to send next.
    mutating func continueSending(
        _ exchange: consuming Exchange,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        switch exchange.output.bytes {
        case .shared, .own: return .send(more: hasMore(exchange, workspace))
        case .none: break
        }
        switch exchange.output.source {
        case .nothing:
            return finishSending(exchange)
        case .bytes(let bytes):
            exchange.output.loadBytes(bytes)
            return continueSending(exchange, at: now, in: workspace)
        case .file(let region, let offset):
            return offset < region.offset + region.length ? .sendFile : finishSending(exchange)
        case .stream, .sequence:
            state = .pulling(exchange)
            return .pull
        case .connection:
            state = .taken(exchange)
            return .takeOver
        }
    }

    private func hasMore(_ exchange: borrowing Exchange, _ workspace: Workspace) -> Bool {
        exchange.output.hasMore(beforeEnd: workspace.endsAtOnce && !exchange.keepsConnection)
    }

    private mutating func finishSending(_ exchange: consuming Exchange) -> Step {
        let ending: Ending =
            exchange.keepsConnection ? .keep : .close(mayHaveMore: exchange.mayHaveMore)
        state = .logging(exchange, ending)
        return .log
    }

    /// The socket took bytes.
    mutating func sent(_ count: Int, at now: Instant, in workspace: Workspace) -> Step {
        switch state {
        case .continuing(let continuation, let sent, _):
            return sentContinue(continuation, sent + count, at: now)
        case .sending(let exchange):
            exchange.lastProgress = now
            exchange.sentLength += exchange.output.take(count, of: workspace.output)
            return continueSending(exchange, at: now, in: workspace)
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body, .queued, .handling,
            .readingBody, .pulling, .suspended, .paused, .taken, .logging, .closing,
            .endingSending, .lingering, .delegated, .closed:
            return step(at: now, in: workspace)
        }
    }

    mutating func fileSent(_ count: UInt64, at now: Instant, in workspace: Workspace) -> Step {
        guard case .sending(let exchange) = state else { return step(at: now, in: workspace) }
        guard count > 0 else {
            let reason = Failure.body("the file became shorter while it was sent")
            return cut(exchange, reason, workspace)
        }
        exchange.lastProgress = now
        exchange.sentLength += count
        exchange.output.takeFile(count)
        return continueSending(exchange, at: now, in: workspace)
    }

    mutating func failFile(_ reason: String, at now: Instant, in workspace: Workspace) -> Step {
        guard case .sending(let exchange) = state, exchange.filePart != nil else {
            return step(at: now, in: workspace)
        }
        return cut(exchange, .body("the file can't be read: \(reason)"), workspace)
    }

    /// The socket has no room: what the workspace holds of the response is kept.
    mutating func block(at now: Instant, in workspace: Workspace) -> Step {
        switch state {
        case .continuing:
            return .wait
        case .sending(let exchange):
            _ = exchange.output.take(0, of: workspace.output)
            return .wait
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body, .queued, .handling,
            .readingBody, .pulling, .suspended, .paused, .taken, .logging, .closing,
            .endingSending, .lingering, .delegated, .closed:
            return step(at: now, in: workspace)
        }
    }

    // MARK: Streams

    /// The stream has returned a piece.
    mutating func take(
        _ piece: [UInt8]?,
        isHalfClosed: Bool,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        awaken(.sequence)
        guard case .pulling(let exchange) = state else { return step(at: now, in: workspace) }
        exchange.lastProgress = now
        do throws(Failure) {
            switch piece {
            case nil: try exchange.output.loadEnd(exchange.response?.body.trailers)
            case .some(let piece) where piece.isEmpty:
                try pause(exchange, isHalfClosed: isHalfClosed, at: now, workspace.rules)
                return .wait
            case .some(let piece): try exchange.output.load(piece: piece)
            }
        } catch {
            return cut(exchange, error, workspace)
        }
        exchange.emptySince = nil
        state = .sending(exchange)
        return continueSending(exchange, at: now, in: workspace)
    }

    /// Leaves a stream alone that has nothing yet.
    ///
    /// An empty piece is not sent, so no write would show that the client has left.
    private mutating func pause(
        _ exchange: Exchange,
        isHalfClosed: Bool,
        at now: Instant,
        _ rules: ConnectionRules
    ) throws(Failure) {
        let since = exchange.emptySince ?? now
        exchange.emptySince = since
        if let timeout = rules.timeout, now - since >= timeout {
            throw .body("the stream gave nothing for \(timeout.text) (timeout)")
        }
        // A half-closed client may still be reading; it looks the same as one that left.
        if isHalfClosed, now - since >= ConnectionRules.halfCloseGrace {
            throw .connection("the client left")
        }
        state = .paused(exchange, until: now + ConnectionRules.streamPause)
    }

    mutating func failStream(_ reason: String, at now: Instant, in workspace: Workspace) -> Step {
        awaken(.sequence)
        guard case .pulling(let exchange) = state else { return step(at: now, in: workspace) }
        return cut(exchange, .body("the stream threw \(reason)"), workspace)
    }

    // MARK: Connections that the application takes over

    /// The application is done with the connection.
    mutating func release(
        _ sent: UInt64,
        _ failure: Failure?,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        guard case .taken(let exchange) = state else { return step(at: now, in: workspace) }
        exchange.sentLength += sent
        switch failure {
        case .body?, .connection?, .worker?:
            return failure.map { cut(exchange, $0, workspace) } ?? .wait
        case .takenConnection(let reason):
            noteEnd(of: exchange, reason, workspace)
        case nil:
            break
        }
        state = .logging(exchange, .close(mayHaveMore: false))
        return .log
    }

    /// Notes why a connection that the application took over has ended.
    func noteEnd(of exchange: Exchange, _ reason: String, _ workspace: Workspace) {
        let text = "the connection ended: \(reason)"
        note(.info, .upgradedConnectionEnded, exchange, text, workspace)
    }

    // MARK: Responses that the server makes

    /// Answers bytes that are not a valid request, as far as a response makes sense.
    ///
    /// - Parameters:
    ///   - refusal: Why, and with which status.
    ///   - buffer: The bytes; nil where the client was not heard at all.
    ///   - now: The time.
    ///   - workspace: What the connections of the driver share.
    /// - Returns: What to do next.
    mutating func refuse(
        _ refusal: Refusal,
        _ buffer: RequestBuffer?,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        let request = buffer?.storage.refused
        let client = buffer?.storage.remoteAddress ?? client
        workspace.note(
            Note(
                level: .info,
                event: refusal.status == nil ? .connectionRefused : .requestRefused,
                message: "\(request?.summary ?? "\(client)"): "
                    + "\(refusal.status.map { "\($0.code)" } ?? "closed"): \(refusal.reason)",
                client: "\(client)",
                request: request?.line,
                requestID: request?.id,
                reason: refusal.reason,
                status: refusal.status?.code
            )
        )
        guard let response = refusal.response, let buffer else {
            state = .endingSending(linger: ConnectionRules.lingerTime)
            return .endSending
        }
        let exchange = Exchange.begin(request, in: buffer, isWhole: false)
        exchange.setResponse(response)
        return send(exchange, at: now, in: workspace)
    }

    /// The handler let an error of the body pass: the same response as for a body that was received
    /// before its handler.
    mutating func refuseBody(
        _ error: BodyError,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        if isCancelled { return endCancelled(at: now, in: workspace) }
        awaken(.handler)
        guard case .handling(let exchange, _) = state else { return step(at: now, in: workspace) }
        let refusal = exchange.body?.fault.map { Refusal($0) } ?? Refusal(error)
        return answer(exchange, refusal, .info, .requestRefused, at: now, in: workspace)
    }

    /// The handler exceeded its time.
    mutating func giveUpHandler(_ isStuck: Bool, at now: Instant, in workspace: Workspace) -> Step {
        let exchange: Exchange
        switch state {
        case .handling(let handled, _): exchange = handled
        case .delegated(let delegated): exchange = standIn(for: delegated, in: workspace)
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body, .continuing, .queued,
            .readingBody, .sending,
            .pulling, .suspended, .paused, .taken, .logging, .closing, .endingSending,
            .lingering,
            .closed:
            return step(at: now, in: workspace)
        }
        let rules = workspace.rules
        let reason = isStuck ? rules.stuckReason : rules.threadReason(within: rules.timeout)
        let refusal = Refusal(.gatewayTimeout, reason, shown: "Gateway Timeout")
        let event = isStuck ? LogEvent.handlerTimedOut : .threadMissing
        return answer(exchange, refusal, .error, event, at: now, in: workspace)
    }

    /// The thread that sends the response is stuck.
    mutating func cutStuck(
        _ status: Int,
        _ sent: UInt64,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        guard case .delegated(let delegated) = state else { return step(at: now, in: workspace) }
        let exchange = standIn(for: delegated, in: workspace)
        exchange.setResponse(Response(status: Response.Status(code: status) ?? .ok))
        exchange.sentLength = sent
        let reason = "the response was cut: \(workspace.rules.stuckReason)"
        note(.error, .handlerTimedOut, exchange, reason, workspace)
        state = .logging(exchange, .reset)
        return .log
    }

    /// There is no thread for the exchange.
    mutating func refuseThread(
        _ reason: String,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        guard case .queued(let exchange, _) = state else { return step(at: now, in: workspace) }
        if exchange.output.hasBegun { return cut(exchange, .body(reason), workspace) }
        let refusal = Refusal(.serviceUnavailable, reason, shown: "Service Unavailable")
        return answer(exchange, refusal, .error, .threadMissing, at: now, in: workspace)
    }

    mutating func answer(
        _ exchange: Exchange,
        _ refusal: Refusal,
        _ level: LogLevel,
        _ event: LogEvent,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        note(level, event, exchange, refusal.reason, status: refusal.status, workspace)
        if let response = refusal.response { exchange.setResponse(response) }
        exchange.mayKeep = false
        return send(exchange, at: now, in: workspace)
    }

    func note(
        _ level: LogLevel,
        _ event: LogEvent,
        _ exchange: Exchange,
        _ reason: String,
        status: Response.Status? = nil,
        _ workspace: Workspace
    ) {
        let answer = status.map { "\($0.code): " } ?? ""
        workspace.note(
            Note(
                level: level,
                event: event,
                message: "\(exchange.summary): \(answer)\(reason)",
                client: "\(exchange.client)",
                request: exchange.request?.line,
                requestID: exchange.request?.id,
                reason: reason,
                status: status?.code
            )
        )
    }

    /// Makes another exchange of the same request, for a response in the place of a handler that is
    /// stuck.
    ///
    /// The stuck thread may still use the original one.
    private func standIn(for exchange: Exchange, in workspace: Workspace) -> Exchange {
        guard let buffer = exchange.buffer else {
            preconditionFailure("an exchange that is over")
        }
        let request = Request(buffer.storage, body: .empty)
        return Exchange.begin(request, in: buffer, isWhole: false)
    }
}
