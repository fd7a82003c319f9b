import ForktailTestSupport

/// What the clients do.
extension World {
    /// When the client does something next.
    func nextClientAction(_ session: Session) -> Int {
        session.socket.isBroken ? SimulatedClient.never : session.clientAt
    }

    func actClient(_ session: Session) {
        let client = session.client
        read(session)
        guard !session.socket.clientEnded else { return rest(session) }
        if session.socket.isEnded, client.leavesPolitely {
            session.socket.clientEnded = true
            trace?.note("\(session.index) client leaves", at: now)
            return rest(session)
        }
        if isWaiting(session) { return rest(session) }
        let sent = session.socket.sent.count
        if sent >= client.stopsAt || isCalm { return end(session) }
        send(session, from: sent)
        session.clientAt = now + (random.chance(percent: 80) ? client.gap : random.number(0, 3000))
    }

    /// Lets the socket take more where the client reads.
    private func read(_ session: Session) {
        guard session.socket.room < 100_000 else { return }
        session.socket.room +=
            isCalm && session.client.reading > 0 ? 50_000 : session.client.reading
    }

    /// Does nothing but read from time to time.
    private func rest(_ session: Session) {
        let isReading = session.client.reading > 0 && session.socket.room < 100_000
        let waits = session.waiting.map { max($0.until, now + 1) } ?? SimulatedClient.never
        let polls =
            !session.socket.clientEnded && (session.waiting != nil || needsResponse(session))
        let isLeaving = session.client.leavesPolitely && !session.socket.clientEnded
        guard isReading || polls || isLeaving else {
            session.clientAt = waits
            return
        }
        session.clientAt = now + random.number(1, isCalm ? 3000 : 800)
    }

    private func needsResponse(_ session: Session) -> Bool {
        session.socket.sent.count < session.client.stopsAt && !isCalm
    }

    /// Whether it waits for a response, or for `100 Continue`.
    private func isWaiting(_ session: Session) -> Bool {
        let client = session.client
        let sent = session.socket.sent.count
        if let waiting = session.waiting {
            if session.socket.received.count == waiting.received, now < waiting.until, !isCalm {
                return true
            }
            session.waiting = nil
        } else if session.barrier < client.barriers.count,
            client.barriers[session.barrier].offset == sent
        {
            let barrierTime = client.barriers[session.barrier].barrierTime
            let until = barrierTime == SimulatedClient.never ? barrierTime : now + barrierTime
            session.barrier += 1
            // What came before belongs to earlier requests, where requests are not pipelined.
            session.waiting = (session.socket.received.count, until)
            return true
        }
        return sent >= client.limit(responses: session.records.count) && sent < client.stopsAt
            && !isCalm
    }

    private func send(_ session: Session, from sent: Int) {
        let client = session.client
        var end = min(client.limit(responses: session.records.count), client.stopsAt)
        end = min(end, sent + random.number(1, client.segment))
        if session.barrier < client.barriers.count {
            end = min(end, max(client.barriers[session.barrier].offset, sent))
        }
        guard end > sent else { return }
        session.socket.sent += client.bytes[sent..<end]
        trace?.note("\(session.index) client sends \(end - sent) bytes, up to \(end)", at: now)
    }

    private func end(_ session: Session) {
        switch session.client.end {
        case .staySilent:
            return rest(session)
        case .halfClose:
            trace?.note("\(session.index) client ends its side", at: now)
            coverage.see(.halfClose)
            session.socket.clientEnded = true
        case .reset:
            trace?.note("\(session.index) client resets", at: now)
            coverage.see(.clientReset)
            session.socket.isBroken = true
        }
        rest(session)
    }
}
