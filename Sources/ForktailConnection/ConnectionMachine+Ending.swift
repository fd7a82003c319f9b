import ForktailHTTP
import ForktailValues

/// The end of exchanges and of connections.
extension ConnectionMachine {
    /// The exchange is logged.
    mutating func finish(at now: Instant, in workspace: Workspace) -> Step {
        guard case .logging(let exchange, let ending) = state else {
            return step(at: now, in: workspace)
        }
        let canPipeline = exchange.request?.storage.head.persists != false
        switch ending {
        case .keep:
            return beginNext(after: exchange, at: now, in: workspace)
        case .reset:
            state = .closed(reset: true)
        case .close(let mayHaveMore) where mayHaveMore || keepsSome(canPipeline, workspace):
            state = .endingSending(linger: ConnectionRules.lingerTime)
        case .close:
            state = .closing
        }
        if let buffer = workspace.end(exchange) { workspace.recycle(buffer, at: now) }
        return step(at: now, in: workspace)
    }

    /// Whether the client may have sent another request already, not knowing that the connection
    /// ends: it may expect that only where connections are kept.
    private func keepsSome(_ canPipeline: Bool, _ workspace: Workspace) -> Bool {
        canPipeline && workspace.rules.keepalive != nil
    }

    private mutating func beginNext(
        after exchange: consuming Exchange,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        let rest = exchange.rest
        guard let buffer = workspace.end(exchange) else { preconditionFailure("no request") }
        guard !rest.isEmpty else {
            state = .idle(since: now)
            workspace.recycle(buffer, at: now)
            return .receive
        }
        buffer.begin(for: client, behind: peer, isSecure: isSecure, secureConnection, at: now)
        buffer.append(rest.span, at: now)
        return parseHead(buffer, at: now, in: workspace)
    }

    /// Our side is ended.
    ///
    /// To close at once would make the kernel send a reset where the client keeps sending, which
    /// can destroy the response before the client has read it: RFC 9112 section 9.6.
    mutating func closeOrLinger(
        _ hasInput: Bool,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        if case .endingSending(let time) = state {
            linger(for: time, at: now, in: workspace)
        } else if case .closing = state {
            guard hasInput else {
                state = .closed(reset: false)
                return .close(reset: false)
            }
            linger(for: ConnectionRules.lingerTime, at: now, in: workspace)
        }
        return step(at: now, in: workspace)
    }

    private mutating func linger(for time: Duration, at now: Instant, in workspace: Workspace) {
        let limit = workspace.stop == nil ? time : min(time, .seconds(1))
        state = .lingering(Linger(start: now, end: now + limit, lastReceived: now))
    }

    /// The deadline has passed.
    mutating func expire(at now: Instant, in workspace: Workspace) -> Step {
        guard let deadline = deadline(in: workspace), now >= deadline else {
            return step(at: now, in: workspace)
        }
        switch state {
        case .idle, .proxyHeader(nil):
            state = .endingSending(linger: .seconds(2))
            return .endSending
        case .greeting:
            state = .closed(reset: false)
            return step(at: now, in: workspace)
        case .handshaking:
            return failHandshake("not complete within header_timeout", at: now, in: workspace)
        case .proxyHeader(let buffer?):
            let isLate = now >= headDeadline(of: buffer, workspace.rules)
            let refusal = isLate ? Refusal.lateProxyHeader : .slowProxyHeader
            return refuse(refusal, buffer, at: now, in: workspace)
        case .head(let buffer):
            let isLate = now >= headDeadline(of: buffer, workspace.rules)
            return refuse(isLate ? .lateHead : .slowHead, buffer, at: now, in: workspace)
        case .body(let buffer):
            return refuse(Refusal(.timedOut), buffer, at: now, in: workspace)
        case .readingBody(let exchange, _, _):
            return failBody(of: exchange, .timedOut, at: now)
        case .continuing(.buffered(let buffer), _, _):
            return refuse(.unread(for: workspace.rules), buffer, at: now, in: workspace)
        case .continuing(.live(let exchange, _), let sent, _):
            return failContinue(of: exchange, sent: sent, .timedOut, at: now)
        case .lingering:
            state = .closed(reset: false)
            return step(at: now, in: workspace)
        case .sending(let exchange):
            let reason = Refusal.unread(for: workspace.rules).reason
            return cut(exchange, .connection(reason), workspace)
        case .queued:
            let rules = workspace.rules
            let reason = rules.threadReason(within: rules.threadTimeout)
            return refuseThread(reason, at: now, in: workspace)
        case .paused(let exchange, _):
            return resumeStream(exchange, at: now, in: workspace)
        case .handling:
            return giveUpHandler(true, at: now, in: workspace)
        case .suspended(let exchange, let suspension):
            return expire(exchange, suspension, at: now, in: workspace)
        case .pulling, .taken, .logging, .closing, .endingSending, .delegated, .closed:
            return step(at: now, in: workspace)
        }
    }

    private mutating func resumeStream(
        _ exchange: Exchange,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        guard workspace.mayBlock else {
            state = .queued(exchange, since: now)
            return .delegate
        }
        state = .sending(exchange)
        return continueSending(exchange, at: now, in: workspace)
    }

    mutating func evict(at now: Instant, in workspace: Workspace) -> Step {
        if isEvictable { state = .closed(reset: false) }
        return step(at: now, in: workspace)
    }

    /// The connection can't be used any more, which a handler that reads the body is told.
    mutating func breakOff(
        _ failure: Failure,
        _ error: BodyError,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        switch state {
        case .sending(let exchange), .pulling(let exchange), .paused(let exchange, _),
            .taken(let exchange):
            return cut(exchange, failure, workspace)
        case .queued(let exchange, _):
            return cut(exchange, failure, workspace)
        case .head(let buffer), .body(let buffer), .continuing(.buffered(let buffer), _, _):
            guard let request = buffer.storage.refused else {
                state = .closed(reset: false)
                return .close(reset: false)
            }
            return cut(Exchange.begin(request, in: buffer, isWhole: false), failure, workspace)
        case .readingBody(let exchange, _, _):
            return failBody(of: exchange, error, at: now)
        case .continuing(.live(let exchange, _), let sent, _):
            return failContinue(of: exchange, sent: sent, error, at: now)
        case .suspended(let exchange, let suspension):
            return cancel(exchange, suspension, .clientLeft(failure.reason), at: now)
        case .handling, .logging, .delegated, .closed:
            break
        case .idle, .greeting, .handshaking, .proxyHeader, .closing, .endingSending, .lingering:
            state = .closed(reset: false)
        }
        return step(at: now, in: workspace)
    }

    /// The worker gives the connection up, even where its handler runs.
    mutating func abort(at now: Instant, in workspace: Workspace) -> Step {
        let reason = "the worker had to leave"
        switch state {
        case .handling(let exchange, _), .suspended(let exchange, _), .delegated(let exchange):
            return cut(exchange, .worker(reason), workspace)
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body, .continuing, .queued,
            .readingBody, .sending, .pulling, .paused, .taken, .logging, .closing,
            .endingSending, .lingering, .closed:
            return breakOff(.worker(reason), .stopping, at: now, in: workspace)
        }
    }

    /// The connection gives way to one that waits for its thread.
    mutating func preempt(at now: Instant, in workspace: Workspace) -> Step {
        guard case .readingBody(let exchange, _, _) = state else {
            return step(at: now, in: workspace)
        }
        return failBody(of: exchange, .timedOut, at: now)
    }

    /// A response can't be sent to its end, and must not look as if it were.
    mutating func cut(_ exchange: Exchange, _ failure: Failure, _ workspace: Workspace) -> Step {
        switch failure {
        case .connection(let reason):
            exchange.clientLeft = !exchange.output.hasBegun
            note(
                .info,
                .responseUndelivered,
                exchange,
                "response not delivered: \(reason)",
                workspace
            )
        case .worker(let reason):
            // The access log has a status, although the client gets none.
            let status = exchange.hasResponse ? nil : Response.Status.serviceUnavailable
            let text = "response not delivered: \(reason)"
            note(.info, .responseUndelivered, exchange, text, status: status, workspace)
        case .body(let reason):
            note(.error, .responseCut, exchange, "the response was cut: \(reason)", workspace)
        case .takenConnection(let reason):
            noteEnd(of: exchange, reason, workspace)
        }
        state = .logging(exchange, .reset)
        return .log
    }
}
