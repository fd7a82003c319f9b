import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// Requests as they come in.
extension EventWorker {
    /// Takes in what has come of a request.
    ///
    /// - Returns: Whether there is more to do on the connection.
    func receive(_ connection: EventConnection) -> Bool {
        if let intake = connection.intake, intake.hasNews {
            return examine(intake, of: connection)
        }
        guard connection.isReadable else {
            wait(for: connection)
            return false
        }
        return receiveMore(connection)
    }

    private func receiveMore(_ connection: EventConnection) -> Bool {
        do throws(Errno) {
            let count = try connection.descriptor.descriptor.receive(into: scratch.room)
            guard count > 0 else { return end(connection) }
            // A short count says that there is no more, but for the end.
            connection.isReadable = count == scratch.room.count || connection.hasEnded
            let intake = connection.intake ?? borrowIntake(for: connection)
            intake.append(UnsafeRawBufferPointer(rebasing: scratch.room[..<count]))
        } catch .wouldBlock {
            connection.isReadable = false
        } catch .interrupted {
            // It is tried again.
        } catch {
            close(connection)
            return false
        }
        return true
    }

    /// Goes on with bytes that a thread has received behind its request.
    func resume(_ connection: EventConnection, with bytes: [UInt8]) {
        let intake = borrowIntake(for: connection)
        bytes.withUnsafeBytes { intake.append($0) }
    }

    private func borrowIntake(for connection: EventConnection) -> Intake {
        let intake = intakes.popLast() ?? Intake(rules, at: now)
        intake.begin(for: connection, at: now)
        connection.intake = intake
        connections.noteBusy(connection)
        CrashHandler.watch(connection.number)
        return intake
    }

    func giveBackIntake(of connection: EventConnection) {
        guard let intake = connection.intake else { return }
        connection.intake = nil
        guard intakes.count < Self.keptIntakes, !intake.isLarge else { return freedMuch = now }
        intake.forget()
        intakes.append(intake)
    }

    /// How many intakes are kept for later.
    private static let keptIntakes = 64

    private func examine(_ intake: Intake, of connection: EventConnection) -> Bool {
        switch verdict(on: intake, of: connection) {
        case .incomplete:
            break
        case .complete(let body):
            respond(to: Request(intake.storage, body: RequestBody(source: body)), on: connection)
        case .awaited:
            askForBody(of: intake, on: connection)
        case .large:
            detach(connection)
        case .refused(let refusal):
            refuse(refusal, on: connection)
        }
        return true
    }

    /// Has the client send the body that it holds back: RFC 9110 section 10.1.1.
    private func askForBody(of intake: Intake, on connection: EventConnection) {
        guard CrashHandler.answerBegins(on: connection.number) else { return close(connection) }
        let exchange = intake.exchange(with: Response(status: .continue))
        let output = Output(head: ConnectionBody.goAhead, transfer: .none, exchange: exchange)
        output.source = .requestBody
        connection.phase = .sending(output)
    }

    /// Goes on with a request whose client was asked for the body.
    func awaitBody(on connection: EventConnection) {
        CrashHandler.watch(connection.number)
        connection.phase = .receiving
    }

    private func verdict(on intake: Intake, of connection: EventConnection) -> Intake.Verdict {
        if connection.awaitsProxyHeader {
            if let verdict = intake.takeProxyHeader(of: connection) { return verdict }
            connection.awaitsProxyHeader = false
            if !intake.hasNews {
                // The time of the request itself has not begun.
                forgetIntake(of: connection)
                return .incomplete
            }
        }
        return intake.examine(at: now)
    }

    /// Makes a connection one that waits for a request.
    private func forgetIntake(of connection: EventConnection) {
        CrashHandler.forget(connection.number)
        giveBackIntake(of: connection)
    }

    /// The client has ended its side.
    private func end(_ connection: EventConnection) -> Bool {
        connection.isReadable = false
        guard let intake = connection.intake, intake.count > 0 else {
            close(connection)
            return false
        }
        if connection.awaitsProxyHeader {
            refuse(Refusal(nil, ProxyHeaderReader.cut), on: connection)
        } else if intake.stage == .head {
            refuse(.cutHead, on: connection)
        } else {
            refuseBody(.truncated, of: connection)
        }
        return true
    }

    /// Has the loop wait for more of a request, for as long as it may take.
    private func wait(for connection: EventConnection) {
        if let intake = connection.intake {
            connections.timers.set(Int(connection.number), to: deadline(of: intake, connection))
        } else {
            let patience = connection.requests == 0 ? nil : configuration.keepalive
            let deadline =
                isStopping
                ? now + stopPatience
                : patience.map { now + $0 } ?? connection.accepted + configuration.headerTimeout
            connections.timers.set(Int(connection.number), to: deadline)
            connections.noteIdle(connection, at: now)
        }
        watch(connection)
    }

    private func deadline(of intake: Intake, _ connection: EventConnection) -> Instant {
        let pace = RequestPace(rate: configuration.limitRequestRate)
        let allowance = pace.allowance(for: intake.count)
        switch intake.stage {
        case .head:
            let start = connection.requests == 0 ? connection.accepted : intake.start
            let end = start + configuration.headerTimeout
            return allowance.map { min(end, intake.start + $0) } ?? end
        case .body:
            let end = now + configuration.bodyTimeout
            return allowance.map { min(end, intake.bodyStart + $0) } ?? end
        }
    }

    /// The time for a request, or for its next piece, is over, as far as the loop has looked.
    func expireReceiving(_ connection: EventConnection) {
        if cameInTime(connection) { return }
        guard let intake = connection.intake, intake.count > 0 else {
            return linger(connection, for: .seconds(isStopping ? 1 : 2))
        }
        let start = connection.requests == 0 ? connection.accepted : intake.start
        let isSlow = now < start + configuration.headerTimeout
        if connection.awaitsProxyHeader {
            refuse(
                Refusal(nil, isSlow ? ProxyHeaderReader.slow : ProxyHeaderReader.late),
                on: connection
            )
        } else if intake.stage == .head {
            refuse(isSlow ? .slowHead : .lateHead, on: connection)
        } else {
            refuseBody(.timedOut, of: connection)
        }
        advance(connection)
    }

    /// Looks for what has come while the loop was busy, and goes on with it.
    ///
    /// - Returns: Whether that was enough to go on waiting, or nothing is waited for any more.
    private func cameInTime(_ connection: EventConnection) -> Bool {
        let (requests, count) = (connection.requests, connection.intake?.count)
        connection.isReadable = true
        advance(connection)
        guard case .receiving = connection.phase, connection.requests == requests else {
            return true
        }
        guard let intake = connection.intake, intake.count != count else { return false }
        return now < deadline(of: intake, connection)
    }
}
