@_spi(inlined) import ForktailHTTP
package import ForktailValues

/// Requests as they come in.
extension ConnectionMachine {
    /// Takes in received bytes, at least one.
    ///
    /// Call it only after a `receive` step.
    package mutating func receive(
        _ bytes: Span<UInt8>,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        switch state {
        case .idle:
            let buffer = takeBuffer(at: now, in: workspace)
            buffer.append(bytes, at: now)
            return parseHead(buffer, at: now, in: workspace)
        case .proxyHeader(let partial):
            let buffer = partial ?? takeBuffer(at: now, in: workspace)
            buffer.append(bytes, at: now)
            return parseProxyHeader(buffer, at: now, in: workspace)
        case .head(let buffer):
            buffer.append(bytes, at: now)
            return parseHead(buffer, at: now, in: workspace)
        case .body(let buffer):
            buffer.append(bytes, at: now)
            return parseBody(buffer, at: now, in: workspace)
        case .readingBody(let exchange, let count, let since):
            exchange.body?.append(bytes, waited: now - since)
            return giveBody(of: exchange, upTo: count, at: now)
        case .lingering(var linger):
            linger.received += bytes.count
            linger.lastReceived = now
            state = .lingering(linger)
            if linger.received > ConnectionRules.lingerLimit { state = .closed(reset: false) }
            return step(at: now, in: workspace)
        case .greeting, .handshaking, .continuing, .queued, .handling, .sending, .pulling,
            .suspended, .paused, .taken, .logging, .closing, .endingSending, .delegated,
            .closed:
            preconditionFailure("bytes that nothing asked for")
        }
    }

    private func takeBuffer(at now: Instant, in workspace: Workspace) -> RequestBuffer {
        workspace.takeBuffer(
            for: client,
            behind: peer,
            isSecure: isSecure,
            secureConnection,
            at: now
        )
    }

    private mutating func parseProxyHeader(
        _ buffer: RequestBuffer,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        guard let parser = workspace.rules.proxyParser else {
            preconditionFailure("a PROXY header without a parser")
        }
        state = .proxyHeader(buffer)
        do throws(ProxyFault) {
            guard try buffer.takeProxyHeader(parser) else { return .receive }
        } catch {
            return refuse(Refusal(nil, "\(error)"), buffer, at: now, in: workspace)
        }
        client = buffer.storage.remoteAddress
        isSecure = buffer.storage.isSecure
        if case .expected = security {
            state = .greeting(buffer.storage.bytes.array)
            workspace.recycle(buffer, at: now)
            return .handshake
        }
        guard buffer.count > 0 else {
            state = .idle(since: now)
            workspace.recycle(buffer, at: now)
            return .receive
        }
        return parseHead(buffer, at: now, in: workspace)
    }

    mutating func parseHead(
        _ buffer: consuming RequestBuffer,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        do throws(RequestFault) {
            guard try buffer.parseHead(at: now) else {
                state = .head(buffer)
                return .receive
            }
        } catch {
            let refusal = Refusal(error, buffer.details(of: error))
            return refuse(refusal, buffer, at: now, in: workspace)
        }
        if case .missing = security {
            let redirects = workspace.rules.redirectsToHTTPS
            let refusal = Refusal.withoutTLS(buffer.storage, redirects: redirects)
            return refuse(refusal, buffer, at: now, in: workspace)
        }
        return parseBody(buffer, at: now, in: workspace)
    }

    private mutating func parseBody(
        _ buffer: consuming RequestBuffer,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        do throws(RequestFault) {
            switch try buffer.parseBody() {
            case .incomplete:
                state = .body(buffer)
                return .receive
            case .complete(let body):
                return run(buffer, RequestBody(source: body), at: now, in: workspace)
            case .awaited:
                state = .continuing(.buffered(buffer), sent: 0, since: now)
                return .send(more: false)
            case .large:
                requests += 1
                let request = Request(buffer.storage, body: .empty)
                let exchange = Exchange.begin(request, in: buffer, isWhole: false, queuedAt: now)
                state = .queued(exchange, since: now)
                return .delegate
            }
        } catch {
            let refusal = Refusal(error, buffer.details(of: error))
            return refuse(refusal, buffer, at: now, in: workspace)
        }
    }

    private mutating func run(
        _ buffer: consuming RequestBuffer,
        _ body: consuming RequestBody,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        requests += 1
        let exchange = Exchange.begin(
            Request(buffer.storage, body: body),
            in: buffer,
            isWhole: true,
            queuedAt: now
        )
        state = .handling(exchange, since: now)
        return .run
    }

    /// The client has ended its side.
    mutating func end(at now: Instant, in workspace: Workspace) -> Step {
        switch state {
        case .proxyHeader(let buffer?):
            return refuse(.cutProxyHeader, buffer, at: now, in: workspace)
        case .head(let buffer):
            return refuse(.cutHead, buffer, at: now, in: workspace)
        case .body(let buffer):
            return refuse(Refusal(.truncated), buffer, at: now, in: workspace)
        case .readingBody(let exchange, _, _):
            return failBody(of: exchange, .truncated, at: now)
        case .handshaking:
            return failHandshake("the client ended its side", at: now, in: workspace)
        case .idle, .greeting, .proxyHeader(nil), .lingering:
            state = .closed(reset: false)
        case .suspended(let exchange, let suspension):
            noteHalfClose(of: exchange, suspension, at: now)
        case .continuing, .queued, .handling, .sending, .pulling, .paused, .taken, .logging,
            .closing, .endingSending, .delegated, .closed:
            break
        }
        return step(at: now, in: workspace)
    }

    // MARK: A body that is received while its handler runs

    /// The handler wants more of the body.
    mutating func readBody(upTo count: Int, at now: Instant, in workspace: Workspace) -> Step {
        if case .suspended(let exchange, let suspension) = state, let body = exchange.body {
            if case .cancelled = suspension.phase {
                body.fail(.truncated)
                return .failBody
            }
            awaken(.handler)
        }
        guard case .handling(let exchange, _) = state, let body = exchange.body else {
            return step(at: now, in: workspace)
        }
        if body.failure != nil { return .failBody }
        return giveBody(of: exchange, upTo: count, at: now)
    }

    private mutating func giveBody(of exchange: Exchange, upTo count: Int, at now: Instant) -> Step
    {
        let bytes = exchange.body?.take(upTo: count) ?? []
        exchange.body?.give(bytes)
        if let failure = exchange.body?.failure { return failBody(of: exchange, failure, at: now) }
        if !bytes.isEmpty || exchange.body?.isComplete != false {
            state = .handling(exchange, since: now)
            return .giveBody
        }
        if exchange.body?.owesContinue == true {
            state = .continuing(.live(exchange, upTo: count), sent: 0, since: now)
            return .send(more: false)
        }
        state = .readingBody(exchange, upTo: count, since: now)
        return .receive
    }

    /// `100 Continue` can't be sent to its end.
    ///
    /// Behind a part of it no response can follow.
    mutating func failContinue(
        of exchange: Exchange,
        sent: Int,
        _ error: BodyError,
        at now: Instant
    ) -> Step {
        if sent > 0 { exchange.output.noteCutInterim() }
        return failBody(of: exchange, error, at: now)
    }

    mutating func failBody(of exchange: Exchange, _ error: BodyError, at now: Instant) -> Step {
        exchange.body?.fail(error)
        state = .handling(exchange, since: now)
        return .failBody
    }

    /// The socket took `sent` bytes of `100 Continue`.
    mutating func sentContinue(
        _ continuation: Continuation,
        _ sent: Int,
        at now: Instant
    ) -> Step {
        guard sent == Self.continueHead.count else {
            state = .continuing(continuation, sent: sent, since: now)
            return .send(more: false)
        }
        switch continuation {
        case .buffered(let buffer):
            buffer.noteContinued(at: now)
            state = .body(buffer)
        case .live(let exchange, let count):
            exchange.body?.noteContinued()
            state = .readingBody(exchange, upTo: count, since: now)
        }
        return .receive
    }
}
