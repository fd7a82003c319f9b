import ForktailLog
import ForktailSupervision
import ForktailSystem

// The lines of the access log that a worker could not write before it died.
//
// The worker has left each line, except the values that only the end of the request gives. What it has
// left may be garbage: lengths are checked, and one line stays one line.
extension Arbiter {
    /// Writes a line for each request that a worker had begun and not logged.
    ///
    /// - Parameters:
    ///   - record: The worker, which has ended.
    ///   - instruction: What it was last told to do.
    func logOpenRequests(of record: WorkerRecord, _ instruction: Instruction) {
        guard let file = generations[record.generation]?.logs.access else { return }
        for request in record.openRequests?.all ?? [] {
            let outcome = AccessLogOutcome(
                time: .now(),
                status: request.status ?? instruction.statusOfUnanswered,
                length: request.sentLength,
                duration: .now() - request.start,
                isAnswered: request.status != nil
            )
            let line = outcome.finish(request.text, limit: file.lineLimit)
            line.withUnsafeBytes { _ = file.write($0) }
        }
        if file.hasLoss { logger.reportLoss(of: file) }
    }
}

extension Instruction {
    /// The status for the access log of a request whose client got no response.
    fileprivate var statusOfUnanswered: Int {
        switch self {
        case .none: 500
        case .abort(.silent), .kill(.silent): 504
        case .retire, .drain, .stop, .abort, .kill: 503
        }
    }
}
