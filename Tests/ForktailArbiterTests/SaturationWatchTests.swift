import ForktailSupervision
import Testing

@testable import ForktailArbiter

/// When the log warns that all workers are busy while clients wait.
@Suite struct SaturationWatchTests {
    /// The seconds at which a watch warns, of samples that are taken once a second.
    private func warnings(
        _ samples: Int,
        of watch: inout SaturationWatch,
        from start: Int = 0,
        _ load: (Int) -> Load
    ) -> [Int] {
        (start..<start + samples).filter { second in
            let now = Instant(sinceBoot: .seconds(100 + second))
            return watch.note(load(second), ready: 4, limit: .seconds(5), at: now) != nil
        }
    }

    @Test func warnsOnceAMinute() {
        var watch = SaturationWatch()
        #expect(warnings(130, of: &watch) { _ in Load(busy: 4, waiting: 1) } == [5, 65, 125])
    }

    @Test func beginsAgainWhereAWorkerIsIdleOrNoneWaits() {
        var watch = SaturationWatch()
        let idle = warnings(40, of: &watch) { Load(busy: $0 % 5 == 4 ? 3 : 4, waiting: 9) }
        let none = warnings(40, of: &watch) { Load(busy: 4, waiting: $0 % 5 == 4 ? 0 : 9) }
        #expect(idle.isEmpty && none.isEmpty)
    }

    /// An arbiter that was stopped knows nothing of the time between.
    @Test func countsNoTimeWithoutSamples() {
        var watch = SaturationWatch()
        _ = warnings(2, of: &watch) { _ in Load(busy: 4, waiting: 1) }
        #expect(warnings(8, of: &watch, from: 50) { _ in Load(busy: 4, waiting: 1) } == [55])
    }
}
