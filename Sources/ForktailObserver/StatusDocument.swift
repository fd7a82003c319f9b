import ForktailLog
import ForktailSystem
import ForktailWorker

/// The state of the service as JSON.
struct StatusDocument {
    private let sight: Sight

    init(_ sight: Sight) {
        self.sight = sight
    }

    var json: JSON {
        let service = sight.service
        return [
            "title": .string(service.title), "pid": .integer(Int(service.process)),
            "configuration": service.file.isEmpty ? nil : .string(service.file),
            "state": .string(sight.isAlive ? service.phase.name : "silent"),
            "ready": .bool(sight.isAlive && service.isReady),
            "uptime_seconds": .seconds(sight.time - service.started),
            "generation": .integer(service.generation),
            "reloading": .optional(service.reloading),
            "last_reload": lastReload, "last_scaling": lastScaling,
            "other_arbiter_pid": .optional(service.otherProcess.map(Int.init)),
            "loglevel": service.logLevel.map { .string($0.rawValue) } ?? nil,
            "workers": [
                "wanted": .integer(service.wanted),
                "min": .optional(service.bounds?.lowerBound),
                "max": .optional(service.bounds?.upperBound), "ready": .integer(service.ready),
                "busy": .integer(sight.busy), "booting": .integer(service.booting),
                "leaving": .integer(service.leaving),
                "memory_limit": .optional(service.memoryLimit),
                "held_by_memory": .bool(service.isHeld),
            ],
            "connections": .integer(sight.connections),
            "listeners": .array(
                service.listeners.map { listener in
                    [
                        "address": .string(listener.url), "queue": .optional(listener.queue),
                        "limit": .optional(listener.limit),
                    ]
                }
            ),
            "certificate_end": .optional(service.certificateEnd.map { Int($0) }),
            "listen_overflows": .optional(ProcessFacts.listenOverflows().map { Int(clamping: $0) }),
            "total": .object(
                Self.members(of: sight.total) + [("requests_per_second", .number(sight.rate.tenth))]
            ),
            "worker_ends": .object(
                ServiceCounters.End.allCases.map { end in
                    (end.rawValue, .integer(Int(clamping: service.counters[end])))
                }
            ),
            "reloads": .integer(Int(clamping: service.counters.reloads)),
            "failed_reloads": .integer(Int(clamping: service.counters.failedReloads)),
            "slots": .array(
                sight.workers.sorted { $0.facts.slot < $1.facts.slot }.map(slot)
            ),
        ]
    }

    private var lastReload: JSON {
        guard let reloaded = sight.service.reloaded else { return nil }
        return [
            "seconds_ago": .seconds(sight.time - reloaded),
            "ok": .bool(sight.service.reloadFailure == nil),
            "reason": sight.service.reloadFailure.map { .string($0) } ?? nil,
        ]
    }

    private var lastScaling: JSON {
        guard let step = sight.service.lastScaling else { return nil }
        return [
            "seconds_ago": .seconds(sight.time - step.time), "from": .integer(step.from),
            "to": .integer(step.to), "reason": .string(step.reason),
        ]
    }

    private func slot(_ worker: Sight.Worker) -> JSON {
        let process = ProcessID(rawValue: worker.facts.process)
        let members: [(name: String, value: JSON)] = [
            ("slot", .integer(worker.facts.slot)), ("pid", .integer(Int(process.rawValue))),
            ("generation", .integer(worker.facts.generation)), ("state", .string(worker.state)),
            ("seconds", .seconds(worker.age(at: sight.time))),
            ("uptime_seconds", .seconds(sight.time - worker.facts.started)),
        ]
        return .object(
            members + (worker.work.map(Self.members) ?? [("requests", nil)]) + [
                ("requests_per_second", .number(worker.rate.tenth)),
                ("connections", .optional(worker.connections)),
                ("memory_bytes", .optional(ProcessMemory.proportionalSetSize(of: process))),
                (
                    "processor_seconds",
                    ProcessFacts.processorSeconds(of: process).map { .number($0) } ?? nil
                ),
                (
                    "request",
                    worker.request.map { request in
                        [
                            "method": .string(request.method), "target": .string(request.target),
                            "seconds": .seconds(worker.busy ?? .zero),
                        ]
                    } ?? nil
                ),
            ]
        )
    }

    private static func members(of work: Work) -> [(name: String, value: JSON)] {
        [
            ("requests", .integer(Int(clamping: work.requests))),
            (
                "answers",
                .object((1...5).map { ("\($0)xx", .integer(Int(clamping: work.answers[$0]))) })
            ),
            ("received_bytes", .integer(Int(clamping: work.bytesIn))),
            ("sent_bytes", .integer(Int(clamping: work.bytesOut))),
            ("p50_seconds", .latency(work.latency(ofPercent: 50))),
            ("p99_seconds", .latency(work.latency(ofPercent: 99))),
        ]
    }
}

extension Double {
    /// Rounded to a tenth.
    fileprivate var tenth: Double { (self * 10).rounded() / 10 }
}

extension JSON {
    static func seconds(_ duration: Duration) -> JSON {
        .number(Double(duration.nanoseconds / 1_000_000) / 1000)
    }

    static func optional(_ number: Int?) -> JSON { number.map { .integer($0) } ?? nil }

    fileprivate static func latency(_ latency: Duration?) -> JSON {
        latency.map { .number(Double($0.nanoseconds / 1000) / 1e6) } ?? nil
    }
}

extension Watch {
    /// The last ten minutes, for charts: an array for each second.
    var historyJSON: JSON {
        [
            "columns": [
                "time", "requests_per_second", "errors_per_second", "p50_ms", "p99_ms", "busy",
                "queue",
            ],
            "rows": .array(
                history.map { sample in
                    [
                        .integer(Int(sample.milliseconds)), .number(Double(sample.rate).tenth),
                        .number(Double(sample.errors).tenth),
                        sample.median.map { .number(Double($0)) } ?? nil,
                        sample.slowest.map { .number(Double($0)) } ?? nil,
                        .integer(Int(sample.busy)), .integer(Int(sample.queued)),
                    ]
                }
            ),
        ]
    }
}

extension JournalEvent {
    var json: JSON {
        [
            "number": .integer(Int(clamping: number)),
            "time": .string(WallClock(milliseconds: milliseconds).timestamp),
            "level": .string(level.rawValue), "event": .string(name), "message": .string(message),
        ]
    }

    /// The event as a line of its own.
    var jsonLine: String { String(decoding: json.serialized, as: UTF8.self) + "\n" }

    /// The event for people.
    var line: String {
        let time = WallClock(milliseconds: milliseconds).timestamp
        return "\(time) \(level.rawValue) \(message.printable)\n"
    }
}

extension String {
    /// The text without anything that would drive a terminal.
    var printable: String {
        var bytes: [UInt8] = []
        LogText.appendEscaped(self, quotes: false, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
