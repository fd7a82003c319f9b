import ForktailSupervision
import Testing

/// How the number of workers follows the load, decision by decision.
@Suite struct ScalingTests {
    private static func policy(_ minimum: Int, _ maximum: Int) -> Policy {
        Policy(
            workers: minimum,
            scaling: Scaling(maximum: maximum, idleTime: .seconds(5)),
            timeout: nil,
            bootTimeout: .seconds(30),
            gracefulTimeout: .seconds(30)
        )
    }

    private func load(_ busy: Int, _ waiting: Int) -> Event {
        .loadSampled(Load(busy: busy, waiting: waiting))
    }

    @Test(arguments: [
        // busy, waiting, workers then
        (2, 1, 3), (2, 2, 4), (2, 30, 4), (1, 30, 2), (2, 0, 2), (0, 3, 2),
    ])
    func growsWhenAllAreBusyAndConnectionsWait(busy: Int, waiting: Int, wanted: Int) {
        var script = Script(serving: Self.policy(2, 16))
        script.happen(load(busy, waiting), at: 100)
        #expect(script.supervisor.counts.wanted == wanted)
        #expect(script.supervisor.counts.booting == wanted - 2)
    }

    @Test func doublesAsFastAsWorkersBoot() {
        var script = Script(serving: Self.policy(2, 16))
        var wanted: [Int] = []
        var ready = 2
        for step in 1...6 {
            script.happen(load(ready, 60), at: step * 100)
            script.happen(load(ready, 60), at: step * 100 + 1)
            wanted.append(script.supervisor.counts.wanted)
            for number in ready + 1..<wanted[step - 1] + 1 {
                script.happen(.ready(WorkerID(number: number)), at: step * 100 + 50)
            }
            ready = wanted[step - 1]
        }
        #expect(wanted == [4, 8, 16, 16, 16, 16])
    }

    @Test func shrinksByOneAfterEachIdleTime() {
        var script = Script(serving: Self.policy(1, 4))
        for workers in [2, 4] {
            script.happen(load(workers / 2, 9), at: workers)
            for number in workers / 2 + 1...workers {
                script.happen(.ready(WorkerID(number: number)), at: workers)
            }
        }
        #expect(script.supervisor.counts.ready == 4)
        var changes: [Int] = []
        for step in 1...80 {
            let before = script.supervisor.counts.wanted
            script.happen(load(before > 3 ? 2 : 0, 0), at: 1000 + step * 500)
            guard script.supervisor.counts.wanted < before else { continue }
            changes.append(1000 + step * 500)
            script.happen(
                .exited(WorkerID(number: before), .exited(code: 0)),
                at: 1001 + step * 500
            )
        }
        #expect(changes == [6500, 11_500, 16_500])
        #expect(script.supervisor.counts.wanted == 1)
    }

    /// With one worker idle the next connection waits for none; without it the number would go up and
    /// down under a steady load.
    @Test func keepsOneWorkerInReserve() {
        var script = Script(serving: Self.policy(1, 4))
        script.happen(load(1, 1), at: 1)
        script.happen(.ready(WorkerID(number: 2)), at: 2)
        for step in 1...60 { script.happen(load(1, 0), at: step * 500) }
        #expect(script.supervisor.counts.wanted == 2)
    }

    /// A new worker may become as large as the largest.
    @Test(arguments: [
        // limit, total of two, largest, workers then
        (400, 200, 100, 4), (399, 200, 100, 3), (300, 200, 100, 3), (299, 200, 100, 2),
        (100, 200, 100, 2), (400, 200, 199, 3), (400, 0, 0, 4),
    ])
    func growsAsFarAsTheMemoryAllows(limit: Int, total: Int, largest: Int, wanted: Int) {
        var policy = Self.policy(2, 16)
        policy.scaling?.memoryLimit = limit
        var script = Script(serving: policy)
        let use = MemoryUse(workers: 2, total: total, largest: largest)
        script.happen(.loadSampled(Load(busy: 2, waiting: 9, memory: use)), at: 100)
        #expect(script.supervisor.counts.wanted == wanted)
        #expect(script.supervisor.counts.isHeld == (wanted == 2))
        guard wanted == 2 else { return }
        script.expectNotice(.scalingHeld(workers: 2, memory: use, limit: limit))
    }

    @Test func saysOnceAMinuteThatTheMemoryHoldsIt() {
        var policy = Self.policy(1, 16)
        policy.scaling?.memoryLimit = 100
        var script = Script(serving: policy)
        let use = MemoryUse(workers: 1, total: 60, largest: 60)
        let held = Notice.scalingHeld(workers: 1, memory: use, limit: 100)
        var reports: [Int] = []
        for second in 1...150 {
            let sample = Event.loadSampled(Load(busy: 1, waiting: 9, memory: use))
            script.happen(sample, at: second * 1000)
            if script.notices.contains(held) { reports.append(second) }
        }
        #expect(reports == [1, 61, 121])
        // Without a measurement it does not grow either.
        script.happen(load(1, 9), at: 151_000)
        #expect(script.supervisor.counts.wanted == 1)
        script.happen(load(0, 0), at: 152_000)
        #expect(!script.supervisor.counts.isHeld)
    }

    @Test func changesNothingDuringAReload() {
        var script = Script(serving: Self.policy(2, 16))
        script.nextPolicy = Self.policy(2, 16)
        script.happen(.reload, at: 10)
        script.happen(load(2, 30), at: 20)
        #expect(script.supervisor.counts.wanted == 2)
    }

    @Test func keepsItsNumberOverAReload() {
        var script = Script(serving: Self.policy(2, 16))
        script.happen(load(2, 30), at: 10)
        for number in 3...4 { script.happen(.ready(WorkerID(number: number)), at: 20) }
        script.nextPolicy = Self.policy(1, 3)
        script.happen(.reload, at: 30)
        #expect(script.supervisor.counts.wanted == 3)
        #expect(script.supervisor.counts.bounds == 1...3)
    }

    @Test func commandsMoveTheLowerBound() {
        var script = Script(serving: Self.policy(2, 3))
        script.happen(.addWorker, at: 10)
        script.expectNotice(.boundsChanged(minimum: 3, maximum: 3))
        #expect(script.supervisor.counts.wanted == 3)
        script.happen(.addWorker, at: 20)
        script.expectNotice(.commandRefused(.addWorker, .mostWorkers(3)))
        script.happen(.removeWorker, at: 30)
        script.expectNotice(.boundsChanged(minimum: 2, maximum: 3))
    }

    @Test func ignoresTheLoadWhereTheNumberIsFixed() {
        var policy = Self.policy(2, 16)
        policy.scaling = nil
        var script = Script(serving: policy)
        script.happen(load(2, 30), at: 10)
        #expect(script.supervisor.counts.wanted == 2 && script.supervisor.counts.bounds == nil)
    }
}
