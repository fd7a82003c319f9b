import ForktailHTTP
import ForktailValues

/// Tasks that wait: those of asynchronous handlers, and of the sequences that make a response.
///
/// A task is cancelled when its time is over, when its client has left, and shortly before the worker
/// would be killed. It may still answer for `cancelGrace`; then it is given up, whatever it does.
extension ConnectionMachine {
    /// A task that waits.
    package struct Suspension {
        /// What the task does.
        enum Work {
            case handler
            case sequence
        }

        /// Why a task is cancelled.
        enum Reason {
            case timeout
            case clientLeft(String)
            case stopping
        }

        /// Where the task stands.
        enum Phase {
            case waiting
            /// The client has ended its side, and may still read.
            case halfClosed(since: Instant)
            case cancelled(Reason, at: Instant)
        }

        let work: Work
        let since: Instant
        var phase = Phase.waiting

        func deadline(in workspace: Workspace) -> Instant? {
            switch phase {
            case .waiting: earliest(timeoutEnd(workspace), stopEnd(workspace))
            case .halfClosed(let since):
                earliest(
                    earliest(timeoutEnd(workspace), stopEnd(workspace)),
                    since + ConnectionRules.halfCloseGrace
                )
            case .cancelled(_, let time): time + ConnectionRules.cancelGrace
            }
        }

        private func timeoutEnd(_ workspace: Workspace) -> Instant? {
            workspace.rules.timeout.map { since + $0 }
        }

        fileprivate func stopEnd(_ workspace: Workspace) -> Instant? {
            workspace.stop.map { stop in
                let limit = workspace.rules.gracefulTimeout
                return stop.since + max(limit / 2, limit - ConnectionRules.cancelLead)
            }
        }

        private func earliest(_ one: Instant?, _ other: Instant?) -> Instant? {
            guard let one, let other else { return one ?? other }
            return min(one, other)
        }
    }

    /// The task of the handler or of the sequence waits.
    mutating func suspend(at now: Instant, in workspace: Workspace) -> Step {
        switch state {
        case .handling(let exchange, let since):
            state = .suspended(exchange, Suspension(work: .handler, since: since))
        case .pulling(let exchange):
            state = .suspended(exchange, Suspension(work: .sequence, since: now))
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body, .continuing, .queued,
            .readingBody, .sending, .suspended, .paused, .taken, .logging, .closing,
            .endingSending, .lingering, .delegated, .closed:
            break
        }
        return step(at: now, in: workspace)
    }

    /// The task that does `work` has a result: it waits no longer.
    ///
    /// - Returns: Whether it has waited.
    @discardableResult
    mutating func awaken(_ work: Suspension.Work) -> Bool {
        switch state {
        case .suspended(let exchange, let suspension) where suspension.work == work:
            switch work {
            case .handler: state = .handling(exchange, since: suspension.since)
            case .sequence: state = .pulling(exchange)
            }
        // The handler has ended although another task still reads the body.
        case .readingBody(let exchange, _, let since) where work == .handler:
            state = .handling(exchange, since: since)
        case .continuing(.live(let exchange, _), let sent, let since) where work == .handler:
            if sent > 0 { exchange.output.noteCutInterim() }
            state = .handling(exchange, since: since)
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body, .continuing, .queued,
            .handling, .readingBody, .sending, .pulling, .suspended, .paused, .taken, .logging,
            .closing, .endingSending, .lingering, .delegated, .closed:
            return false
        }
        return true
    }

    /// Whether the task of a driver may continue the exchange.
    package var hasTask: Bool {
        switch state {
        case .suspended, .handling, .pulling, .readingBody, .continuing(.live, _, _): true
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body,
            .continuing(.buffered, _, _), .queued, .sending, .paused, .taken, .logging,
            .closing, .endingSending, .lingering, .delegated, .closed:
            false
        }
    }

    /// The client has ended its side, while a task waits.
    ///
    /// It may still be reading; it looks the same as one that has left.
    mutating func noteHalfClose(
        of exchange: Exchange,
        _ suspension: Suspension,
        at now: Instant
    ) {
        guard case .waiting = suspension.phase else { return }
        var halfClosed = suspension
        halfClosed.phase = .halfClosed(since: now)
        state = .suspended(exchange, halfClosed)
    }

    /// The deadline of a task has passed.
    mutating func expire(
        _ exchange: Exchange,
        _ suspension: Suspension,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        switch suspension.phase {
        case .cancelled(let reason, _):
            return giveUp(exchange, suspension.work, reason, at: now, in: workspace)
        case .halfClosed(let since) where now - since >= ConnectionRules.halfCloseGrace:
            return cancel(exchange, suspension, .clientLeft("the client left"), at: now)
        case .waiting, .halfClosed:
            let stops = suspension.stopEnd(workspace).map { now >= $0 } ?? false
            return cancel(exchange, suspension, stops ? .stopping : .timeout, at: now)
        }
    }

    /// Cancels a task, once.
    mutating func cancel(
        _ exchange: Exchange,
        _ suspension: Suspension,
        _ reason: Suspension.Reason,
        at now: Instant
    ) -> Step {
        if case .cancelled = suspension.phase { return .wait }
        var cancelled = suspension
        cancelled.phase = .cancelled(reason, at: now)
        state = .suspended(exchange, cancelled)
        return .cancel
    }

    /// The task has ended by the error of its cancellation.
    mutating func endCancelled(at now: Instant, in workspace: Workspace) -> Step {
        guard case .suspended(let exchange, let suspension) = state,
            case .cancelled(let reason, _) = suspension.phase
        else { return step(at: now, in: workspace) }
        return giveUp(exchange, suspension.work, reason, at: now, in: workspace)
    }

    /// Whether the task that waits was cancelled.
    var isCancelled: Bool {
        guard case .suspended(_, let suspension) = state else { return false }
        if case .cancelled = suspension.phase { return true }
        return false
    }

    /// Ends the exchange of a task that was cancelled.
    private mutating func giveUp(
        _ exchange: Exchange,
        _ work: Suspension.Work,
        _ reason: Suspension.Reason,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        let limit = workspace.rules.timeout?.text ?? "0 s"
        switch (reason, work) {
        case (.clientLeft(let reason), _):
            return cut(exchange, .connection(reason), workspace)
        case (.timeout, .handler):
            let text = "the handler exceeded timeout (\(limit)); its task was cancelled"
            let refusal = Refusal(.gatewayTimeout, text, shown: "Gateway Timeout")
            return answer(exchange, refusal, .error, .handlerTimedOut, at: now, in: workspace)
        case (.timeout, .sequence):
            let text = "the sequence gave nothing for \(limit) (timeout)"
            return cut(exchange, .body(text), workspace)
        case (.stopping, .handler):
            let text = "the worker stops; the handler's task was cancelled"
            let refusal = Refusal(.serviceUnavailable, text, shown: "Service Unavailable")
            return answer(exchange, refusal, .info, .requestRefused, at: now, in: workspace)
        case (.stopping, .sequence):
            return cut(exchange, .worker("the worker had to leave"), workspace)
        }
    }
}
