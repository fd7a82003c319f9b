// The requests that are not finished, for `forktail requests`: a worker of class event has many.
//
// They are told once a beat, so that a request costs nothing; one that is faster is rarely among them.

import ForktailConnection
@_spi(inlined) import ForktailHTTP
import ForktailSystem
import ForktailValues

extension EventWorker {
    /// Writes the requests that began first to the scoreboard.
    func showRunning() {
        var count = 0
        var oldest: [(start: Instant, connection: ClientConnection)] = []
        for connection in connections.all {
            guard let exchange = connection.machine.exchange, exchange.isForHandler else {
                continue
            }
            count += 1
            let start = exchange.start
            if oldest.count == RunningRequest.mostShown {
                guard let last = oldest.last, start < last.start else { continue }
                oldest.removeLast()
            }
            let place = oldest.firstIndex { start < $0.start } ?? oldest.endIndex
            oldest.insert((start, connection), at: place)
        }
        guard count > 0 || showsRunning else { return }
        showsRunning = count > 0
        parts.context.score.tell(
            running: count,
            longest: oldest.compactMap { _, connection in
                if let delegation = connection.delegation { return delegation.shown }
                return connection.exchange.runningRequest(thread: connection.job?.thread ?? 0)
            }
        )
    }
}

extension Exchange {
    /// Its request as the scoreboard shows it; nil where none could be read.
    func runningRequest(thread: Int = 0) -> RunningRequest? {
        guard let request else { return nil }
        let storage = request.storage
        return RunningRequest(
            method: storage.bytes.array(storage.head.method),
            target: storage.head.hasRawOctets
                ? Array(request.target.utf8) : storage.bytes.array(storage.head.target),
            id: storage.id,
            thread: thread,
            since: start
        )
    }
}
