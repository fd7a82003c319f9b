import ForktailValues
import Testing

@Suite struct WorkTests {
    /// Each latency is below the bound of its bucket, and not below that of the bucket before.
    @Test func putsEachLatencyIntoItsBucket() {
        let latencies =
            (0..<2000).map(UInt64.init)
            + (11..<28).flatMap { power in
                let whole = UInt64(1) << UInt64(power)
                return [whole - 1, whole, whole + 1, whole + whole / 4, whole + whole / 2]
            }
        for latency in latencies {
            let index = LatencyBucket.index(ofMicroseconds: latency)
            if let bound = LatencyBucket.bound(of: index) { #expect(latency < bound) }
            if index > 0, let bound = LatencyBucket.bound(of: index - 1) {
                #expect(latency >= bound)
            }
        }
        #expect(LatencyBucket.index(ofMicroseconds: .max) == LatencyBucket.count - 1)
        #expect(LatencyBucket.bound(of: LatencyBucket.count - 1) == nil)
    }

    @Test func countsWhatIsBelowAPowerOfTwo() {
        var work = Work()
        for latency in [10, 63, 64, 100, 5000] as [UInt64] {
            work.latencies[LatencyBucket.index(ofMicroseconds: latency)] += 1
        }
        #expect(work.count(belowMicroseconds: 64) == 2)
        #expect(work.count(belowMicroseconds: 128) == 4)
        #expect(work.count(belowMicroseconds: 1 << 20) == 5)
    }

    @Test func tellsCountersFromGarbage() {
        var work = Work()
        #expect(work.isPlausible)
        work.requests = 3
        #expect(!work.isPlausible)
        work.answers[2] = 2
        work.latencies[7] = 3
        #expect(work.isPlausible)
        work.bytesOut = .max
        #expect(!work.isPlausible)
    }

    @Test func neverFallsBelowWhatWasShown() {
        var shown = Work()
        shown.requests = 10
        shown.answers[2] = 10
        var less = shown
        less.requests = 4
        less.bytesIn = 7
        #expect(less.raised(to: shown).requests == 10)
        #expect(less.raised(to: shown).bytesIn == 7)
        #expect((less - shown).requests == 0)
        #expect((less + shown).requests == 14)
    }
}
