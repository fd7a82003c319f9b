import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// Answers on their way to the client.
extension EventWorker {
    /// Begins to send an answer; what the socket does not take at once is kept.
    func send(_ exchange: Exchange, on connection: EventConnection) {
        let context = exchange.context(persists: connection.persists)
        head.truncate()
        let transfer = encoder.encodeHead(
            exchange.response,
            for: context,
            date: date.value(at: .now()),
            into: &head
        )
        if transfer == .untilClose { connection.persists = false }
        guard CrashHandler.answerBegins(on: connection.number) else { return close(connection) }
        guard !sendAtOnce(exchange, transfer, on: connection) else { return }
        let output = Output(head: head.array, transfer: transfer, exchange: exchange)
        connection.phase = .sending(output)
    }

    /// Up to this size a body is copied behind its head.
    private static let smallSize = 16_384

    /// Sends a small answer by one call.
    ///
    /// - Returns: False where nothing was sent, because it is none or the socket has no room.
    private func sendAtOnce(
        _ exchange: Exchange,
        _ transfer: BodyTransfer,
        on connection: EventConnection
    ) -> Bool {
        let headLength = head.count
        if transfer != .none {
            guard case .bytes(let body) = exchange.response.body, body.count <= Self.smallSize
            else { return false }
            head.append(body.span)
        }
        let size = head.count
        let sent = sendHead(to: connection)
        guard sent == size else {
            head.truncate(to: headLength)
            guard sent > 0 else { return false }
            let output = Output(head: head.array, transfer: transfer, exchange: exchange)
            output.take(sent)
            connection.phase = .sending(output)
            return true
        }
        exchange.bodyLength = UInt64(size - headLength)
        finish(exchange, on: connection)
        return true
    }

    /// Sends what the buffer of heads holds, as far as the socket takes it at once.
    ///
    /// - Returns: How many bytes it took.
    func sendHead(to connection: EventConnection) -> Int {
        // Whatever is wrong shows again when the rest is sent.
        (try? head.withBytes { try send(UnsafeRawBufferPointer($0), to: connection) }) ?? 0
    }

    private func send(
        _ bytes: UnsafeRawBufferPointer,
        more: Bool = false,
        to connection: EventConnection
    ) throws(Errno) -> Int {
        try connection.descriptor.descriptor.send(bytes, more: more)
    }

    /// Sends what the socket takes.
    ///
    /// - Returns: Whether there is more to do on the connection.
    func flush(_ output: Output, to connection: EventConnection) -> Bool {
        do throws(Errno) {
            if !output.isEmpty {
                let sent = try output.withRest { (bytes) throws(Errno) in
                    try send(bytes, more: output.hasMore, to: connection)
                }
                output.take(sent)
                return true
            }
            switch output.source {
            case .nothing: finish(output.exchange, on: connection)
            case .file(let region, let offset):
                try send(region, from: offset, of: output, to: connection)
            case .stream(let next): pull(next, for: output, on: connection)
            case .requestBody: awaitBody(on: connection)
            }
        } catch .wouldBlock {
            awaitRoom(for: output, on: connection)
            return false
        } catch .interrupted {
            return true
        } catch {
            fail(output, on: connection, .connection(.ended(error)))
        }
        return true
    }

    /// How much of a file goes out by one call.
    private static let filePart: UInt64 = 1 << 20

    private func send(
        _ region: FileRegion,
        from offset: UInt64,
        of output: Output,
        to connection: EventConnection
    ) throws(Errno) {
        var position = offset
        let count = min(region.offset + region.length - offset, Self.filePart)
        let sent = try connection.descriptor.descriptor.sendFile(
            region.descriptor,
            offset: &position,
            count: Int(count)
        )
        guard sent > 0 || count == 0 else {
            return fail(output, on: connection, .body("the file became shorter while it was sent"))
        }
        output.takeFile(region, upTo: position)
    }

    private func pull(
        _ next: @escaping () throws -> [UInt8]?,
        for output: Output,
        on connection: EventConnection
    ) {
        guard let request = output.exchange.request else {
            preconditionFailure("a stream that answers no request")
        }
        let start = output.exchange.start
        if let pool {
            let work = HandlerJob.Work.pull(next: next, output)
            let job = HandlerJob(work, request, since: start, for: connection)
            return submit(job, of: connection, to: pool)
        }
        do {
            beginHandling(request, since: start, on: connection)
            defer { endHandling() }
            take(try next(), of: output, on: connection)
        } catch {
            fail(output, on: connection, .body("the stream threw \(error)"))
        }
    }

    /// Goes on with a piece that a stream has given.
    func take(_ piece: [UInt8]?, of output: Output, on connection: EventConnection) {
        connection.phase = .sending(output)
        do throws(SendFailure) {
            try output.take(piece: piece)
            try output.silence.note(
                piece,
                at: now,
                timeout: configuration.timeout,
                isAlone: connection.descriptor.descriptor.peerHasEnded
            )
        } catch {
            fail(output, on: connection, error)
        }
    }

    /// Has the loop wait until the client has taken something.
    private func awaitRoom(for output: Output, on connection: EventConnection) {
        if output.taken != output.awaited {
            output.awaited = output.taken
            renewWriteTime(of: connection)
        }
        watch(connection, .edgesAndRoom)
    }

    /// Starts anew the time in which the client is to take something.
    func renewWriteTime(of connection: EventConnection) {
        connections.timers.set(Int(connection.number), to: now + configuration.writeTimeout)
    }

    /// The time in which the client was to take something is over, as far as the kernel has told.
    ///
    /// It tells of room only once much of the socket's buffer is free, for which a slow client may
    /// need longer than that: what counts is whether the socket takes more.
    func expireSending(_ output: Output, to connection: EventConnection) {
        let taken = output.taken
        advance(connection)
        guard case .sending(let current) = connection.phase, current === output,
            output.taken == taken, !connection.isUnfinished
        else { return }
        fail(output, on: connection, .connection(.timedOut))
    }

    /// An answer can't be sent to its end, and must not look as if it were.
    func fail(_ output: Output, on connection: EventConnection, _ failure: SendFailure) {
        parts.handler.report(failure, of: output.exchange)
        output.exchange.bodyLength = output.sentLength
        log(output.exchange)
        // On a socket that is broken already nothing is left to say.
        try? connection.descriptor.descriptor.resetOnClose()
        close(connection)
    }

    /// An answer is sent.
    private func finish(_ exchange: Exchange, on connection: EventConnection) {
        log(exchange)
        CrashHandler.forget(connection.number)
        connection.phase = .receiving
        if connection.persists {
            finishRequest(of: connection)
        } else if connection.isReadable || connection.intake?.hasRest == true
            || exchange.mayBeFollowed
        {
            linger(connection)
        } else {
            close(connection)
        }
    }

    private func finishRequest(of connection: EventConnection) {
        guard let intake = connection.intake else { return }
        guard intake.hasRest else { return giveBackIntake(of: connection) }
        intake.advance(for: connection, at: now)
        CrashHandler.watch(connection.number)
    }

    func log(_ exchange: Exchange) {
        parts.log(exchange)
        budget.spend(parts.heartbeat)
    }
}

extension Exchange {
    /// Whether the client may have sent more already, not knowing that the connection ends here.
    fileprivate var mayBeFollowed: Bool { request?.storage.head.persists ?? true }
}

extension Output {
    /// Calls with what is to be sent next.
    func withRest<Result>(
        _ body: (UnsafeRawBufferPointer) throws(Errno) -> Result
    ) throws(Errno) -> Result {
        let (bytes, position) = (bytes, position)
        return try bytes.span.bytes.withUnsafeBytes { (buffer) throws(Errno) in
            try body(UnsafeRawBufferPointer(rebasing: buffer[position...]))
        }
    }
}
