import ForktailHTTP
import ForktailTestSupport
import ForktailValues

@testable import ForktailConnection

/// What a client got, compared with what it asked for and with the log.
extension World {
    /// Checks an exchange that is logged.
    func checkRecord(_ session: Session, _ record: Session.Record) throws(Violation) {
        let index = session.index
        guard let plan = session.plan else {
            throw Violation(seed: seed, invariant: "\(index): an exchange without a request")
        }
        try require(session.isLastKept, "\(index): nothing follows the last exchange")
        try require(record.id ?? plan.id == plan.id, "\(index): the exchange of \(plan.id)")
        if record.isHandled {
            try require(
                record.status == session.handledStatus(of: plan) || record.status == 499,
                "\(index): the status \(record.status) is the handler's"
            )
        } else {
            try require(
                isExplained(record.status, session, plan),
                "\(index): the status \(record.status) of \(plan.id) has a reason"
            )
            try require(
                session.notes.contains { $0.status == record.status } || record.status == 499,
                "\(index): the log says why the server answers \(record.status)"
            )
        }
        try require(
            record.status != 499 || session.sentSinceLog <= Session.continueLength,
            "\(index): a client that got a part did not leave before"
        )
        try require(
            !record.isReset || !session.notes.isEmpty,
            "\(index): the log says why a response was cut"
        )
        if !record.isHandled { coverage.see(.refusedRequest) }
        try require(
            !record.isHandled || session.lastHandling?.sawEnd != true
                || record.exchange.receivedLength == plan.length,
            "\(index): \(record.exchange.receivedLength) bytes were received of \(plan.length)"
        )
        try checkKeeping(session, record, plan)
    }

    /// Whether the server may answer so in the place of the handler.
    private func isExplained(_ status: Int, _ session: Session, _ plan: RequestPlan) -> Bool {
        if session.excuses.contains(status) || status == 499 { return true }
        return switch status {
        case 400: plan.flaw == .head || plan.flaw == .body
        case 413: plan.flaw == .endless || plan.payload > Int(rules.limits.body)
        default: false
        }
    }

    /// The connection is kept exactly where client, settings and handler want it.
    private func checkKeeping(
        _ session: Session,
        _ record: Session.Record,
        _ plan: RequestPlan
    ) throws(Violation) {
        let limit = rules.keepaliveRequests
        var isKept =
            record.isHandled && !record.isReset && rules.keepalive != nil && !session.isStopped
            && plan.persists && plan.answer.mayKeep
            && (limit == 0 || session.records.count + 1 < limit)
        if case .connection = plan.answer.body { isKept = false }
        if plan.minorVersion == 0, plan.answer.hasUnknownLength, !plan.isHead { isKept = false }
        if let handling = session.lastHandling, !handling.sawEnd {
            // Whether the end of a chunked body came along with its last byte is up to the client.
            if plan.isChunked, handling.error == nil, handling.read == plan.payload { return }
            isKept =
                isKept && handling.error == nil && handling.read == plan.payload
                && plan.flaw == .none
        }
        try require(
            record.isKept == isKept,
            "\(session.index): the connection is \(isKept ? "" : "not ")kept after \(plan.id)"
        )
    }

    /// Checks what the client of a closed connection has got.
    func judge(_ session: Session, isReset: Bool) throws(Violation) {
        let records = session.records
        try checkKept(session)
        try require(
            session.runs <= records.count,
            "\(session.index): \(session.runs) requests ran, \(records.count) are logged"
        )
        try require(
            !(records.last?.isReset ?? false) || isReset,
            "\(session.index): a cut response ends by a reset"
        )
        try checkLeft(session)
        let reader = try read(session, isEnded: !isReset, crash: nil)
        try require(
            reader.replies.count >= records.count - (isReset ? 1 : 0)
                && reader.replies.count <= records.count,
            "\(session.index): \(reader.replies.count) responses, \(records.count) exchanges"
        )
        for (record, reply) in zip(records, reader.replies) {
            try compare(record, reply, session, reader.tunnel)
        }
        try require(
            !reader.endsInHead || isReset || session.isExcused,
            "\(session.index): a head is sent whole"
        )
    }

    /// What was received and not answered is explained.
    private func checkLeft(_ session: Session) throws(Violation) {
        guard session.isLastKept, !session.isExcused else { return }
        let taken = session.socket.taken - session.dropped
        try require(
            taken == 0 || taken == session.client.ends[session.records.count],
            "\(session.index): what was received is answered, or the log says why not"
        )
    }

    func read(
        _ session: Session,
        isEnded: Bool,
        crash: Bool?
    ) throws(Violation) -> ResponseReader {
        var asked: [ResponseReader.Asked] = []
        for (index, plan) in session.client.plans.enumerated() {
            var ask = ResponseReader.Asked(isHead: plan.isHead, isConnect: plan.isConnect)
            // A client that has not sent its method can't expect a response to it.
            let taken = session.socket.taken - session.dropped
            let isWhole = session.client.ends[index] + plan.head.count <= taken
            if !isWhole || plan.flaw == .head {
                let isRecorded = index < session.records.count
                ask.isHead = isRecorded ? session.records[index].isHead : crash ?? ask.isHead
            }
            asked.append(ask)
        }
        do {
            return try ResponseReader(session.socket.received, isEnded: isEnded, asked: asked)
        } catch {
            throw Violation(
                seed: seed,
                invariant: "\(session.index): the client got \(error.reason)",
                trace: trace?.lines ?? []
            )
        }
    }

    private func compare(
        _ record: Session.Record,
        _ reply: ResponseReader.Reply,
        _ session: Session,
        _ tunnel: [UInt8]?
    ) throws(Violation) {
        let index = session.index
        guard
            let plan = session.client.plans.first(where: { record.id == nil || $0.id == record.id })
        else { return }
        try require(
            reply.interims <= (plan.expects ? 1 : 0),
            "\(index): \(reply.interims) × 100 Continue before the response to \(plan.id)"
        )
        try require(
            reply.interims == 1 || !record.isWaiting || record.status != 408,
            "\(index): a body that is waited for was asked for"
        )
        let isTaken = tunnel != nil && record.exchange === session.records.last?.exchange
        if isTaken {
            return try require(
                tunnel?.count == session.takenBytes
                    && record.sentLength == UInt64(session.takenBytes),
                "\(index): what the application sent is counted"
            )
        }
        try require(
            record.sentLength == UInt64(reply.body.count),
            "\(index): \(record.sentLength) bytes of \(plan.id) are logged, \(reply.body.count) sent"
        )
        if record.isReset {
            return try require(
                !reply.isWhole || plan.promisedLength == reply.body.count,
                "\(index): the response to \(plan.id) was cut and looks whole"
            )
        }
        try require(reply.isWhole, "\(index): the response to \(plan.id) is whole")
        try require(reply.status == record.status, "\(index): the status sent is the one logged")
        try checkConnectionField(record, reply, plan, index)
        guard record.isHandled else { return }
        try checkHandled(reply, plan, index)
    }

    private func checkConnectionField(
        _ record: Session.Record,
        _ reply: ResponseReader.Reply,
        _ plan: RequestPlan,
        _ index: Int
    ) throws(Violation) {
        try require(
            reply.saysClose == !record.isKept,
            "\(index): the response to \(plan.id) says whether the connection ends"
        )
        try require(
            !record.isHandled || reply.saysKeepAlive == (record.isKept && plan.minorVersion == 0),
            "\(index): an old client is told that the connection is kept"
        )
    }

    private func checkHandled(
        _ reply: ResponseReader.Reply,
        _ plan: RequestPlan,
        _ index: Int
    ) throws(Violation) {
        try require(reply.id == plan.id, "\(index): \(reply.id ?? -1) answers \(plan.id)")
        let length = plan.isHead ? 0 : plan.answer.wholeLength(minorVersion: plan.minorVersion)
        try require(
            length == reply.body.count || plan.isHead && reply.body.isEmpty,
            "\(index): the body for \(plan.id) has \(reply.body.count) bytes"
        )
        try require(
            reply.body.elementsEqual(repeatElement(plan.byte, count: reply.body.count)),
            "\(index): the body for \(plan.id) is its own"
        )
        guard case .stream(_, _, .sent) = plan.answer.body, plan.minorVersion == 1 else { return }
        try require(
            reply.hasTrailer != plan.isHead,
            "\(index): the trailers of \(plan.id) are sent"
        )
    }

    // MARK: A crash

    /// What the crash handler does with a connection, and what its client then has.
    func crash(_ session: Session) throws(Violation) {
        guard let mark = session.machine.crashMark ?? session.threadHeld?.machine.crashMark else {
            throw Violation(seed: seed, invariant: "\(session.index): a crash knows what to do")
        }
        trace?.note("\(session.index) crash in \(session.active.kind): \(mark)", at: now)
        var answers: Bool?
        switch mark {
        case .idle: if session.socket.pending > 0, !session.socket.isEnded { answers = false }
        case .answer, .answerHead: answers = mark == .answerHead
        case .reset: break
        }
        if let isHead = answers {
            session.socket.received += Array(
                "HTTP/1.1 500 X\r\nConnection: close\r\nContent-Length: 2\r\n\r\n".utf8
            )
            if !isHead { session.socket.received += [88, 88] }
        }
        let reader = try read(session, isEnded: mark != .reset, crash: answers ?? false)
        let whole = reader.replies.filter(\.isWhole).count
        let records = session.records.filter { !$0.isReset }.count
        // A response that is being logged may be whole.
        let last = session.active.kind == .logging ? 1 : 0
        // The end of a body that ends with its connection may not have come yet.
        let least = mark == .reset ? records - 1 : records
        try require(
            whole >= least && whole <= session.records.count + last + 1,
            "\(session.index): \(whole) whole responses, \(session.records.count) exchanges"
        )
        try require(
            mark == .reset || whole == reader.replies.count,
            "\(session.index): a response that a crash cuts ends by a reset"
        )
        try require(
            answers == nil || whole == session.records.count + last + 1 && session.isLastKept,
            "\(session.index): a crash answers once"
        )
    }
}

extension Session {
    /// The status of the handler's response.
    fileprivate func handledStatus(of plan: RequestPlan) -> Int {
        if case .connection = plan.answer.body, !plan.isConnect { return 101 }
        return plan.answer.status
    }
}

extension Session {
    /// Whether nothing but `100 Continue` was sent since the last exchange.
    var hasSentContinue: Bool { sentSinceLog == Self.continueLength }

    fileprivate static let continueLength = "HTTP/1.1 100 Continue\r\n\r\n".utf8.count

    /// Whether the client has sent a head that expects `100 Continue`, and nothing behind it.
    var isWaiting: Bool {
        guard let plan, plan.expects, !isUnread else { return false }
        return socket.pending == 0 && socket.taken == client.ends[records.count] + plan.head.count
    }
}

extension RequestPlan {
    /// How many bytes the head of the response promises; nil where its end is told otherwise.
    fileprivate var promisedLength: Int? {
        switch answer.body {
        case .bytes(let count): count
        case .bodiless: 0
        case .file(let length, _): length
        case .stream(_, let length, .none): isHead ? 0 : length
        case .stream, .connection: nil
        }
    }
}
