// What was counted before an upgrade: the new arbiter continues the counters of the old one, so that none
// of the metrics goes back.
//
// The old arbiter writes its totals into a file of memory, which the new one has inherited, for as long as
// both live. The new one reads it, adds what it has counted itself, and knows the last of it once the old
// one has gone. In a second file the new one leaves what it counts itself, which the old one adds where the
// upgrade is taken back.

import ForktailSystem

/// What an arbiter, its workers and the arbiters before it have counted.
struct Totals: Equatable {
    var counters = ServiceCounters()
    var work = Work()

    /// Numbers that never get fewer, in one order.
    fileprivate var values: [UInt64] {
        [work.requests, work.bytesIn, work.bytesOut, work.microseconds]
            + work.answers + work.latencies + work.handshakes + counters.values
    }

    fileprivate static let count = Totals().values.count

    init() {}

    /// Takes what was read; nil for totals of a version that counts other things.
    init?(_ values: [UInt64]) {
        guard values.count == Self.count else { return nil }
        var rest = values[...]
        func take(_ count: Int) -> [UInt64] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        let sums = take(4)
        work = Work(
            requests: sums[0],
            bytesIn: sums[1],
            bytesOut: sums[2],
            microseconds: sums[3],
            answers: take(work.answers.count),
            latencies: take(work.latencies.count),
            handshakes: take(work.handshakes.count)
        )
        counters.values = take(counters.values.count)
        guard work.isPlausible else { return nil }
    }

    static func + (left: Totals, right: Totals) -> Totals {
        var sum = left
        sum.work = left.work + right.work
        sum.counters.values = zip(left.counters.values, right.counters.values).map { $0 &+ $1 }
        return sum
    }
}

/// The file in which an arbiter leaves its totals to the next one.
struct TotalsFile: ~Copyable {
    private let file: FileDescriptor
    private var written: Totals?

    /// Makes an empty one.
    init() throws(Errno) {
        file = try MemoryFile.make()
    }

    /// Takes the one of the arbiter before.
    init(inherited: consuming FileDescriptor) {
        file = inherited
    }

    /// The descriptor's number.
    var number: CInt { file.rawValue }

    /// Writes totals, if they have changed.
    mutating func write(_ totals: Totals) {
        guard totals != written else { return }
        written = totals
        totals.values.withUnsafeBytes { bytes in
            // A failure leaves what was written before.
            try? MemoryFile.replace(file.rawValue, with: bytes)
        }
    }

    /// Reads what the arbiter before has written last; nil where that is not to be understood.
    func read() -> Totals? {
        let room = (Totals.count + 1) * MemoryLayout<UInt64>.size
        guard let bytes = try? MemoryFile.contents(of: file.rawValue, upTo: room) else {
            return nil
        }
        return bytes.withUnsafeBytes { bytes in
            let count = bytes.count / MemoryLayout<UInt64>.size
            return Totals(
                (0..<count).map {
                    bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)
                }
            )
        }
    }
}

extension Arbiter {
    /// How often the totals are written while another arbiter reads them.
    private static let totalsInterval = Duration.milliseconds(250)

    /// When to write them next; nil where no other arbiter reads them.
    var totalsDeadline: Instant? {
        let isRead = state.successor != nil && totals != nil || ownTotals != nil
        return isRead ? .now() + Self.totalsInterval : nil
    }

    /// Writes the totals for the arbiter that this one has started, or for the one before.
    func writeTotals() {
        if state.successor != nil { totals?.write(currentTotals) }
        ownTotals?.write(counted)
    }

    /// Adds what the arbiter of an upgrade has counted that has ended.
    func takeBackTotals() {
        if let found = successorTotals?.read() { earlier = earlier + found }
        successorTotals = nil
    }

    /// Reads what the arbiter before has counted.
    func readTotals() {
        if let found = inheritedTotals?.read() { earlier = found }
    }

    /// What this arbiter, its live workers and the arbiters before it have counted.
    var currentTotals: Totals { counted + earlier }

    /// What this arbiter and its live workers have counted.
    private var counted: Totals {
        var own = Totals()
        own.counters = counters
        own.work = scores.ended
        for record in workers.all where record.program == nil {
            let work = record.score.read().work
            if work.isPlausible { own.work = own.work + work }
        }
        return own
    }
}
