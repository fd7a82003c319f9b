package import ForktailHTTP
package import ForktailValues

/// What follows from the state.
extension ConnectionMachine {
    /// When the driver reports `deadline`; nil only while a handler, a task or a thread has the
    /// connection.
    package func deadline(in workspace: Workspace) -> Instant? {
        let rules = workspace.rules
        switch state {
        case .idle(let since):
            let end = requests == 0 ? accepted + rules.headerTimeout : keepaliveEnd(since, rules)
            return stopDeadline(since, workspace).map { min($0, end) } ?? end
        case .handshaking:
            return accepted + rules.headerTimeout
        case .greeting, .proxyHeader(nil):
            let end = accepted + rules.headerTimeout
            return stopDeadline(accepted, workspace).map { min($0, end) } ?? end
        case .proxyHeader(let buffer?), .head(let buffer):
            let end = headDeadline(of: buffer, rules)
            guard let allowance = rules.allowance(for: buffer.count) else { return end }
            return min(end, buffer.start + allowance)
        case .body(let buffer):
            let end = buffer.lastReceived + rules.bodyTimeout
            guard let allowance = rules.allowance(for: buffer.count) else { return end }
            return min(end, buffer.bodyStart + allowance)
        case .readingBody(let exchange, _, let since):
            guard let body = exchange.body, let allowance = rules.allowance(for: body.receivedCount)
            else { return since + rules.bodyTimeout }
            return since + min(rules.bodyTimeout, allowance - body.waited)
        case .continuing(_, _, let since):
            return since + rules.writeTimeout
        case .queued(_, let since):
            return since + rules.threadTimeout
        case .suspended(_, let suspension):
            return suspension.deadline(in: workspace)
        case .handling(_, let since):
            return workspace.mayBlock ? nil : rules.timeout.map { since + $0 }
        case .sending(let exchange):
            return exchange.lastProgress + rules.writeTimeout
        case .paused(_, let until):
            return until
        case .lingering(let linger):
            let end = workspace.stop.map { max(linger.start, $0.since) + .seconds(1) } ?? linger.end
            return min(linger.end, end, linger.lastReceived + ConnectionRules.lingerIdleTime)
        case .pulling, .taken, .logging, .closing, .endingSending, .delegated, .closed:
            return nil
        }
    }

    private func keepaliveEnd(_ since: Instant, _ rules: ConnectionRules) -> Instant {
        since + (rules.keepalive ?? .zero)
    }

    /// A request may be on its way when the worker is told to stop.
    private func stopDeadline(_ since: Instant, _ workspace: Workspace) -> Instant? {
        workspace.stop.map { max(since, $0.since) + $0.grace }
    }

    func headDeadline(of buffer: RequestBuffer, _ rules: ConnectionRules) -> Instant {
        (requests == 0 ? accepted : buffer.start) + rules.headerTimeout
    }

    /// Whether closing the connection loses no request and no response.
    package var isEvictable: Bool {
        switch state {
        case .idle, .greeting, .proxyHeader(nil), .lingering: true
        case .handshaking, .proxyHeader, .head, .body, .continuing, .queued, .handling,
            .readingBody, .sending, .pulling, .suspended, .paused, .taken, .logging,
            .closing, .endingSending, .delegated, .closed:
            false
        }
    }

    /// Whether it waits for a request of which no head is complete, or for none: a driver of one
    /// connection at a time serves others meanwhile.
    package var mayBeSetAside: Bool {
        switch state {
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .lingering: true
        case .body, .continuing, .queued, .handling, .readingBody, .sending, .pulling, .suspended,
            .paused, .taken, .logging, .closing, .endingSending, .delegated, .closed:
            false
        }
    }

    /// Whether input is all that it waits for, besides its deadline.
    package var awaitsInput: Bool {
        switch state {
        case .idle, .proxyHeader, .head, .body, .readingBody, .lingering: true
        case .greeting, .handshaking, .continuing, .queued, .handling, .sending, .pulling,
            .suspended, .paused, .taken, .logging, .closing, .endingSending, .delegated,
            .closed:
            false
        }
    }

    /// A list of a driver, and since when a connection belongs to it.
    package struct Place: Equatable, Sendable {
        /// Which list.
        package let list: List
        /// Since when.
        package let since: Instant
    }

    /// The list that the connection belongs to; nil for none.
    package var place: Place? {
        switch state {
        case .idle(let since): Place(list: .evictable, since: since)
        case .greeting, .proxyHeader(nil): Place(list: .evictable, since: accepted)
        case .handshaking(let since): Place(list: .handshaking, since: since)
        case .lingering(let linger): Place(list: .evictable, since: linger.start)
        case .handling(_, let since): Place(list: .handling, since: since)
        case .queued(_, let since): Place(list: .queued, since: since)
        case .proxyHeader, .head, .body, .continuing, .readingBody, .sending, .pulling, .suspended,
            .paused, .taken, .logging, .closing, .endingSending, .delegated, .closed:
            nil
        }
    }

    /// A list of a driver.
    package enum List: Int, Sendable {
        /// Connections that may be evicted.
        case evictable
        /// Those whose handler runs in a thread, or waits for one.
        case handling
        /// Those that wait for a thread of their own.
        case queued
        /// Those whose handshake is under way.
        case handshaking

        /// How many lists there are.
        package static let count = 4
    }

    /// What the crash handler may do with the connection; nil where the value that a thread drives
    /// decides.
    package var crashMark: CrashMark? {
        switch state {
        case .idle, .greeting, .handshaking, .lingering, .closed(reset: false), .proxyHeader(nil),
            .logging(_, .keep):
            .idle
        case .continuing(_, sent: 1..., _): .reset
        case .proxyHeader, .head, .body, .continuing(.buffered, _, _): .answer
        // By itself: a pattern of several states copies the exchange, and each request passes here.
        case .handling(let exchange, _): exchange.crashMark
        case .continuing(.live(let exchange, _), _, _), .queued(let exchange, _),
            .readingBody(let exchange, _, _):
            exchange.crashMark
        case .suspended(let exchange, let suspension):
            switch suspension.work {
            case .handler: exchange.crashMark
            case .sequence: .reset
            }
        // Bytes that are waiting may be those of a request that has its response.
        case .sending, .pulling, .paused, .taken, .logging, .closing, .endingSending,
            .closed(reset: true):
            .reset
        case .delegated: nil
        }
    }

    /// The exchange of the connection; nil between two of them.
    package var exchange: Exchange? {
        switch state {
        case .handling(let exchange, _): exchange
        case .logging(let exchange, _): exchange
        case .continuing(.live(let exchange, _), _, _), .queued(let exchange, _),
            .readingBody(let exchange, _, _), .sending(let exchange), .pulling(let exchange),
            .suspended(let exchange, _), .paused(let exchange, _), .taken(let exchange),
            .delegated(let exchange):
            exchange
        case .idle, .greeting, .handshaking, .proxyHeader, .head, .body,
            .continuing(.buffered, _, _), .closing, .endingSending, .lingering, .closed:
            nil
        }
    }

    /// Whether a stream had nothing and will be asked again.
    package var isPaused: Bool {
        if case .paused = state { true } else { false }
    }

    /// The fields after a body that is received while its handler runs; none before its end.
    package var trailers: HTTPFields { exchange?.trailers ?? [:] }
}
