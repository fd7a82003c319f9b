import ForktailSupervision
import Testing

@Suite struct RespawnTests {
    @Test func spawnsOneWorkerPerSlot() {
        var script = Script(.of(2))
        script.at(
            0,
            .start,
            .spawn(1, slot: 0, generation: 1),
            .spawn(2, slot: 1, generation: 1)
        )
        script.at(1, .start)
    }

    @Test func replacesInTheSameSlotAtOnce() {
        var script = Script(serving: .of(3))
        script.at(500, .exited(2, .crashed), .spawn(4, slot: 1, generation: 1))
        script.expectNotice(
            .workerExited(
                2,
                slot: 1,
                generation: 1,
                status: .crashed,
                lived: .milliseconds(500),
                cause: .unexpected
            )
        )
        script.at(510, .ready(4))
        script.expectNotice(
            .workerReady(4, slot: 1, generation: 1, after: .milliseconds(10))
        )
    }

    @Test func doublesTheWaitUpToTenSeconds() {
        var script = Script(serving: .of(1))
        script.at(0, .exited(1, .crashed), .spawn(2, slot: 0, generation: 1))
        var now = 0
        let waits = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]
        for (count, wait) in waits.enumerated() {
            let id = WorkerID(number: count + 2)
            let next = WorkerID(number: count + 3)
            script.at(now, .exited(id, .failed))
            script.expectNotice(
                .respawnDelayed(slot: 0, by: .milliseconds(wait), failures: count + 2)
            )
            now += wait
            script.wait(until: now - 1)
            script.wait(until: now, .init(now, .spawn(next, slot: 0, generation: 1)))
        }
    }

    @Test func countsFailedForksAsFailures() {
        var script = Script(serving: .of(2))
        script.forksFail = true
        script.at(
            10,
            .exited(1, .crashed),
            .spawn(3, slot: 0, generation: 1)
        )
        script.expectNotice(.spawnFailed(3, slot: 0, generation: 1))
        script.expectNotice(.respawnDelayed(slot: 0, by: .milliseconds(100), failures: 2))
        script.forksFail = false
        script.wait(until: 200, .init(110, .spawn(4, slot: 0, generation: 1)))
    }

    /// How long the third worker in a row is ready before it dies, and the wait that follows.
    @Test(arguments: [(0, 200), (999, 200), (29_999, 200), (30_000, 0), (90_000, 0)])
    func forgetsFailuresAfterThirtySecondsOfHealth(health: Int, wait: Int) {
        var script = Script(serving: .of(1, timeout: nil))
        script.at(0, .exited(1, .crashed), .spawn(2, slot: 0, generation: 1))
        script.at(0, .exited(2, .crashed))
        script.wait(until: 100, .init(100, .spawn(3, slot: 0, generation: 1)))
        script.at(100, .ready(3))
        let end = 100 + health
        let next = Action.spawn(4, slot: 0, generation: 1)
        if wait == 0 {
            script.at(end, .exited(3, .crashed), next)
        } else {
            script.at(end, .exited(3, .crashed))
            script.wait(until: end + wait, .init(end + wait, next))
        }
    }

    @Test func ignoresTheLastWordsOfTheDead() {
        var script = Script(serving: .of(1))
        script.at(10, .exited(1, .crashed), .spawn(2, slot: 0, generation: 1))
        script.at(11, .heartbeat(1))
        script.at(11, .ready(1))
        script.at(11, .exited(1, .crashed))
        #expect(script.notices.isEmpty)
        #expect(script.supervisor.counts.ready == 0)
    }
}
