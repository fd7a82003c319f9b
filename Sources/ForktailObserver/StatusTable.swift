import ForktailLog
import ForktailSystem
import ForktailWorker

/// The state of the service as a table for a terminal.
struct StatusTable {
    /// By what its rows are sorted.
    enum Order: String {
        case slot
        case rate
        case memory
        case time
    }

    private let sight: Sight
    private let order: Order

    init(_ sight: Sight, by order: Order) {
        self.sight = sight
        self.order = order
    }

    var text: String {
        ([headline, ""] + Self.columns(header: Self.titles, rows: rows)).joined(separator: "\n")
            + "\n"
    }

    static let titles = [
        "slot", "pid", "state", "for", "requests", "req/s", "p50", "p99", "2xx/4xx/5xx", "memory",
        "now",
    ]

    var headline: String {
        let service = sight.service
        let file = service.file.split(separator: "/").last.map { ["\($0)"] } ?? []
        let up = "up \(Self.time(sight.time - service.started))"
        let ready =
            "\(service.ready) of \(service.wanted) ready, \(sight.busy) busy, "
            + service.listeners.map(Self.queue).joined(separator: ", ")
        let others = [
            service.bounds.map { "\($0.lowerBound) to \($0.upperBound) by load" },
            service.lastScaling.map { step in
                "\(step.from) → \(step.to) \(Self.time(sight.time - step.time)) ago: \(step.reason)"
            },
            service.booting > 0 ? "\(service.booting) booting" : nil,
            service.leaving > 0 ? "\(service.leaving) leaving" : nil,
            service.reloading.map { "reloading to generation \($0)" },
            service.otherProcess.map { "another arbiter serves too (pid \($0))" },
            service.phase == .serving ? nil : service.phase.name,
            sight.isAlive ? nil : "no sign of life for \(LogText.spoken(sight.unheard))",
        ].compactMap(\.self)
        let state = ([ready] + others).joined(separator: ", ")
        return ([service.title] + file + [up, generation, state]).joined(separator: "  ").printable
    }

    private var generation: String {
        let number = "generation \(sight.service.generation)"
        guard let reloaded = sight.service.reloaded else { return number }
        let result = sight.service.reloadFailure.map { "failed: \($0)" } ?? "ok"
        return "\(number) (reloaded \(Self.time(sight.time - reloaded)) ago, \(result))"
    }

    private static func queue(_ listener: ServiceState.Listener) -> String {
        guard let queue = listener.queue else { return "queue unknown" }
        return "queue \(queue)" + (listener.limit.map { "/\($0)" } ?? "")
    }

    var rows: [[String]] {
        let workers = sight.workers.map { worker in
            (
                worker,
                ProcessMemory.proportionalSetSize(of: ProcessID(rawValue: worker.facts.process))
            )
        }
        let sorted = workers.sorted { left, right in
            switch order {
            case .slot:
                (left.0.facts.slot, left.0.facts.started) < (
                    right.0.facts.slot, right.0.facts.started
                )
            case .rate: left.0.rate > right.0.rate
            case .memory: left.1 ?? 0 > right.1 ?? 0
            case .time: left.0.busy ?? .zero > right.0.busy ?? .zero
            }
        }
        return sorted.map { worker, memory in
            let work = worker.work
            return [
                "\(worker.facts.slot)", "\(worker.facts.process)", worker.state,
                Self.time(worker.age(at: sight.time)),
                work.map { $0.requests.grouped } ?? "?",
                work == nil ? "?" : Self.rate(worker.rate),
                Self.latency(work?.latency(ofPercent: 50)),
                Self.latency(work?.latency(ofPercent: 99)),
                work.map { "\($0.answers[2].grouped)/\($0.answers[4])/\($0.answers[5])" } ?? "?",
                memory.map { "\($0 >> 20) MB" } ?? "?",
                worker.request.map { "\($0.method) \($0.target)".printable } ?? "",
            ]
        }
    }

    /// Aligns columns; the last one is as long as it is.
    static func columns(header: [String], rows: [[String]]) -> [String] {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([header] + rows).map { row in
            var line = ""
            for (cell, width) in zip(row, widths).dropLast() {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            return line + (row.last ?? "")
        }
    }

    static func time(_ duration: Duration) -> String {
        let hours = duration.nanoseconds / 3_600_000_000_000
        return hours < 48 ? LogText.spoken(duration) : "\(hours / 24) d \(hours % 24) h"
    }

    private static func rate(_ rate: Double) -> String {
        rate >= 10 || rate == 0 ? "\(Int(rate))" : "\((rate * 10).rounded() / 10)"
    }

    static func latency(_ latency: Duration?) -> String {
        guard let latency else { return "-" }
        let microseconds = latency.nanoseconds / 1000
        switch microseconds {
        case ..<1000: return "\(microseconds) µs"
        case ..<10_000: return "\(microseconds / 1000).\(microseconds % 1000 / 100) ms"
        case ..<1_000_000: return "\(microseconds / 1000) ms"
        default: return LogText.spoken(latency)
        }
    }
}
