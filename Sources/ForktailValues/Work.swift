/// What one worker, or several, have answered: counters that only grow.
package struct Work: Equatable, Sendable {
    /// How many requests were answered.
    package var requests: UInt64 = 0
    /// The bytes of the requests' heads and bodies.
    package var bytesIn: UInt64 = 0
    /// The bytes of the answers' bodies.
    package var bytesOut: UInt64 = 0
    /// How long the answers took together.
    package var microseconds: UInt64 = 0
    /// The answers by class of status, 1xx at index 1; what has no class is at index 0.
    package var answers = [UInt64](repeating: 0, count: 6)
    /// The answers by `LatencyBucket`.
    package var latencies = [UInt64](repeating: 0, count: LatencyBucket.count)
    /// Handshakes of TLS by `Handshake`.
    package var handshakes = [UInt64](repeating: 0, count: Handshake.allCases.count)

    /// How a handshake of TLS has ended.
    package enum Handshake: Int, CaseIterable, Sendable {
        /// With a new session.
        case full
        /// With the session of an earlier connection.
        case resumed
        case failed
    }

    /// Nothing.
    package init() {}

    /// Takes what was read.
    package init(
        requests: UInt64,
        bytesIn: UInt64,
        bytesOut: UInt64,
        microseconds: UInt64,
        answers: [UInt64],
        latencies: [UInt64],
        handshakes: [UInt64]
    ) {
        self.requests = requests
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.microseconds = microseconds
        self.answers = answers
        self.latencies = latencies
        self.handshakes = handshakes
    }

    /// Whether the counters agree with each other, as those of a worker do that no stray write has
    /// changed; it may be caught between two of them.
    package var isPlausible: Bool {
        let sums = [answers.reduce(0, &+), latencies.reduce(0, &+)]
        let most: UInt64 = 1 << 56
        return ([requests, bytesIn, bytesOut, microseconds] + handshakes).allSatisfy { $0 < most }
            && sums.allSatisfy { sum in max(sum, requests) - min(sum, requests) <= 2 }
    }

    /// Both together.
    package static func + (left: Work, right: Work) -> Work {
        left.combined(with: right, &+)
    }

    /// What the left has more than the right, which is earlier.
    package static func - (left: Work, right: Work) -> Work {
        left.combined(with: right) { $0 > $1 ? $0 - $1 : 0 }
    }

    /// The larger of each counter.
    package func raised(to other: Work) -> Work {
        combined(with: other, max)
    }

    private func combined(with other: Work, _ combine: (UInt64, UInt64) -> UInt64) -> Work {
        Work(
            requests: combine(requests, other.requests),
            bytesIn: combine(bytesIn, other.bytesIn),
            bytesOut: combine(bytesOut, other.bytesOut),
            microseconds: combine(microseconds, other.microseconds),
            answers: zip(answers, other.answers).map(combine),
            latencies: zip(latencies, other.latencies).map(combine),
            handshakes: zip(handshakes, other.handshakes).map(combine)
        )
    }

    /// The time in which the given percentage of requests was answered, up to the bound of a
    /// `LatencyBucket`; nil where there was no request, or it is longer than can be counted.
    package func latency(ofPercent share: UInt64) -> Duration? {
        let total = latencies.reduce(0, &+)
        let wanted = max(1, (total / 100) &* share &+ (total % 100 &* share) / 100)
        var seen: UInt64 = 0
        for (index, count) in latencies.enumerated() {
            seen &+= count
            guard seen >= wanted else { continue }
            return LatencyBucket.bound(of: index).map { .microseconds(Int64($0)) }
        }
        return nil
    }

    /// How many answers took less than the given time, which is a power of two of microseconds.
    package func count(belowMicroseconds bound: UInt64) -> UInt64 {
        latencies[..<LatencyBucket.index(ofMicroseconds: bound)].reduce(0, &+)
    }
}
