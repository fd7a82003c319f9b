import ForktailLog
import ForktailSystem

/// The requests that a worker has answered, and how fast.
struct WorkSummary {
    let work: Work

    /// `has answered 5,120 requests: 5,000 × 2xx, 120 × 5xx; p50 below 1 ms, p99 below 33 ms`.
    var words: String {
        let answers = classes.map { "\($0.count.grouped) × \($0.name)" }
        return "has answered \(work.requests.grouped) "
            + "request\(work.requests == 1 ? "" : "s"): \(answers.joined(separator: ", ")); "
            + "p50 \(Self.bound(median)), p99 \(Self.bound(slowest))"
    }

    /// The same for programs that read the log; a percentile is missing where it has no bound.
    var fields: [LogField] {
        [
            LogField("requests", work.requests), LogField("bytes_in", work.bytesIn),
            LogField("bytes_out", work.bytesOut),
        ] + classes.map { LogField("answers_\($0.name)", $0.count) }
            + [("p50", median), ("p99", slowest)].compactMap { name, latency in
                latency.map { LogField(name, Self.rounded($0)) }
            }
    }

    private var median: Duration? { work.latency(ofPercent: 50) }

    private var slowest: Duration? { work.latency(ofPercent: 99) }

    /// The classes of status that occur.
    private var classes: [(name: String, count: UInt64)] {
        work.answers.enumerated().filter { $0.element > 0 }.map { ("\($0.offset)xx", $0.element) }
    }

    private static func bound(_ latency: Duration?) -> String {
        latency.map { "below \(LogText.spoken(rounded($0)))" } ?? "> 7 m (highest bucket)"
    }

    /// Whole milliseconds, rounded up.
    private static func rounded(_ latency: Duration) -> Duration {
        .milliseconds(latency.millisecondsRoundedUp)
    }
}
