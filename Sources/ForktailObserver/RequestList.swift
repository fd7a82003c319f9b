import ForktailSystem
import ForktailWorker

/// The requests that run, the longest first.
struct RequestList {
    private let sight: Sight

    init(_ sight: Sight) {
        self.sight = sight
    }

    private var running: [(worker: Sight.Worker, request: Score.Request, age: Duration)] {
        sight.workers.flatMap { worker in
            worker.running.known.map { (worker, $0.request, $0.age) }
        }.sorted { $0.age > $1.age }
    }

    private var others: Int { sight.workers.reduce(0) { $0 + $1.running.others } }

    var text: String {
        let rows = running.map { worker, request, age in
            [
                StatusTable.time(age), "\(worker.facts.slot)", "\(worker.facts.process)",
                "\(request.method) \(request.target)".printable,
            ]
        }
        let more = others > 0 ? ["and \(others.counted(as: "younger one"))"] : []
        return
            (StatusTable.columns(header: ["for", "slot", "pid", "request"], rows: rows) + more)
            .joined(separator: "\n") + "\n"
    }

    var json: JSON {
        .array(
            running.map { worker, request, age in
                [
                    "slot": .integer(worker.facts.slot),
                    "pid": .integer(Int(worker.facts.process)),
                    "method": .string(request.method), "target": .string(request.target),
                    "seconds": .seconds(age),
                    "thread": request.thread.map { .integer($0) } ?? .null,
                    "request_id": request.id.map { .string($0) } ?? .null,
                ]
            }
        )
    }
}
