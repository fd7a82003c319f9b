// The figures for Prometheus, by the OpenMetrics specification 1.0, or in the older text format where
// the client does not ask for it.

import ForktailSystem

struct Metrics {
    private(set) var text = ""
    private let isOpen: Bool

    /// What the names of families end in, by their type.
    private enum Kind: String {
        case counter
        case gauge
        case histogram
        case info
    }

    init(_ sight: Sight, isOpen: Bool) {
        self.isOpen = isOpen
        let service = sight.service
        info(service)
        add(
            "start_time_seconds",
            .gauge,
            "When the arbiter started, in seconds since 1970.",
            [
                (
                    [],
                    seconds(
                        WallClock.now().milliseconds - milliseconds(sight.time - service.started)
                    )
                )
            ]
        )
        addWork(sight.total)
        if let end = service.certificateEnd {
            add(
                "certificate_expiry_timestamp_seconds",
                .gauge,
                "When the first certificate of HTTPS ends, in seconds since 1970.",
                [([], "\(end)")]
            )
        }
        addWorkers(sight)
        addQueues(service)
        addLife(service)
        if isOpen { text += "# EOF\n" }
    }

    private mutating func info(_ service: ServiceState) {
        add(
            "build",
            .info,
            "The program and its version.",
            [([("version", Version.number), ("title", service.title)], "1")]
        )
    }

    private mutating func addWork(_ work: Work) {
        add(
            "requests",
            .counter,
            "Answered requests by class of status.",
            (1...5).map { ([("class", "\($0)xx")], "\(work.answers[$0])") }
                + [([("class", "none")], "\(work.answers[0])")]
        )
        add(
            "received_bytes",
            .counter,
            "Bytes of requests.",
            [([], "\(work.bytesIn)")]
        )
        add("sent_bytes", .counter, "Bytes of the bodies of answers.", [([], "\(work.bytesOut)")])
        addLatencies(of: work)
        guard work.handshakes.contains(where: { $0 > 0 }) else { return }
        add(
            "tls_handshakes",
            .counter,
            "Handshakes of TLS: with a new session, with one that was resumed, and failures.",
            Work.Handshake.allCases.map {
                ([("result", "\($0)")], "\(work.handshakes[$0.rawValue])")
            }
        )
    }

    /// From 64 µs to 67 s.
    private static let bounds = (6...26).map { UInt64(1) << UInt64($0) }

    private mutating func addLatencies(of work: Work) {
        let name = "forktail_request_duration_seconds"
        head("request_duration_seconds", .histogram, "From a request's first byte to its answer.")
        let count = work.latencies.reduce(0, &+)
        for bound in Self.bounds {
            let value = work.count(belowMicroseconds: bound)
            text += "\(name)_bucket{le=\"\(decimal(microseconds: bound))\"} \(value)\n"
        }
        text += "\(name)_bucket{le=\"+Inf\"} \(count)\n"
        text += "\(name)_sum \(decimal(microseconds: work.microseconds))\n\(name)_count \(count)\n"
    }

    private mutating func addWorkers(_ sight: Sight) {
        let service = sight.service
        let states = [
            ("wanted", service.wanted), ("ready", service.ready), ("busy", sight.busy),
            ("booting", service.booting), ("leaving", service.leaving),
        ]
        add(
            "workers",
            .gauge,
            "Workers by state; busy ones are ready, too.",
            states.map { ([("state", $0)], "\($1)") }
        )
        add(
            "workers_bound",
            .gauge,
            "The bounds between which the load changes the number of wanted workers.",
            service.bounds.map {
                [
                    ([("bound", "min")], "\($0.lowerBound)"),
                    ([("bound", "max")], "\($0.upperBound)"),
                ]
            } ?? []
        )
        if let limit = service.memoryLimit {
            add(
                "workers_memory_limit_bytes",
                .gauge,
                "What all workers may occupy before the load adds no more of them.",
                [([], "\(limit)")]
            )
            add(
                "scaling_held",
                .gauge,
                "Whether that limit keeps the load from adding workers.",
                [([], service.isHeld ? "1" : "0")]
            )
        }
        add(
            "connections",
            .gauge,
            "Open connections of workers of the class event.",
            [([], "\(sight.connections)")]
        )
        let processes = sight.workers.map { worker in
            (
                [("slot", "\(worker.facts.slot)"), ("pid", "\(worker.facts.process)")],
                ProcessID(rawValue: worker.facts.process)
            )
        }
        add(
            "worker_memory_bytes",
            .gauge,
            "The memory of a worker, its part of what is shared.",
            processes.compactMap { labels, process in
                ProcessMemory.proportionalSetSize(of: process).map { (labels, "\($0)") }
            }
        )
        add(
            "worker_processor_seconds",
            .counter,
            "The processor time of a worker.",
            processes.compactMap { labels, process in
                ProcessFacts.processorSeconds(of: process).map { (labels, "\($0)") }
            }
        )
    }

    private mutating func addQueues(_ service: ServiceState) {
        add(
            "listen_queue_length",
            .gauge,
            "Connections that wait to be accepted.",
            service.listeners.compactMap { listener in
                listener.queue.map { ([("address", listener.url)], "\($0)") }
            }
        )
        add(
            "listen_queue_limit",
            .gauge,
            "How many connections may wait.",
            service.listeners.compactMap { listener in
                listener.limit.map { ([("address", listener.url)], "\($0)") }
            }
        )
        guard let overflows = ProcessFacts.listenOverflows() else { return }
        add(
            "listen_overflows",
            .counter,
            "Connections that found a full queue, in the whole network namespace.",
            [([], "\(overflows)")]
        )
    }

    private mutating func addLife(_ service: ServiceState) {
        let counters = service.counters
        add(
            "worker_exits",
            .counter,
            "Workers that have ended, by reason.",
            ServiceCounters.End.allCases.map { ([("reason", $0.rawValue)], "\(counters[$0])") }
        )
        add("worker_spawns", .counter, "Workers that were started.", [([], "\(counters.spawns)")])
        if service.bounds != nil {
            add(
                "scaling_steps",
                .counter,
                "Changes of the number of workers by load, by reason.",
                [
                    ([("reason", "busy")], "\(counters.growths)"),
                    ([("reason", "idle")], "\(counters.shrinkages)"),
                ]
            )
        }
        add(
            "reloads",
            .counter,
            "Reloads by result.",
            [
                ([("result", "ok")], "\(counters.reloads)"),
                ([("result", "failed")], "\(counters.failedReloads)"),
            ]
        )
        add("commands", .counter, "Commands of the control socket.", [([], "\(counters.commands)")])
        add("generation", .gauge, "The generation in force.", [([], "\(service.generation)")])
        add(
            "ready",
            .gauge,
            "Whether a worker is ready and no stop is under way.",
            [([], service.isReady ? "1" : "0")]
        )
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        var family = "forktail_" + name
        var type = kind.rawValue
        if !isOpen {
            // The older format knows no info, and a counter by the name of its samples.
            if kind == .counter { family += "_total" }
            if kind == .info { (family, type) = (family + "_info", "gauge") }
        }
        text += "# HELP \(family) \(help)\n# TYPE \(family) \(type)\n"
        let units = ["seconds", "bytes"]
        if isOpen, kind != .info, let unit = units.first(where: { name.hasSuffix("_\($0)") }) {
            text += "# UNIT \(family) \(unit)\n"
        }
    }

    private mutating func add(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ samples: [(labels: [(String, String)], value: String)]
    ) {
        guard !samples.isEmpty else { return }
        head(name, kind, help)
        let suffix =
            switch kind {
            case .counter: "_total"
            case .info: "_info"
            case .gauge, .histogram: ""
            }
        for (labels, value) in samples {
            let list = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            text += "forktail_\(name)\(suffix)" + (list.isEmpty ? "" : "{\(list)}") + " \(value)\n"
        }
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}

private func milliseconds(_ duration: Duration) -> Int64 { duration.nanoseconds / 1_000_000 }

private func seconds(_ milliseconds: Int64) -> String {
    "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())"
}

private func decimal(microseconds: UInt64) -> String {
    "\(microseconds / 1_000_000).\(String(1_000_000 + microseconds % 1_000_000).dropFirst())"
}
