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
        var script = Script(serving: .of(2))
        script.at(0, .exited(1, .crashed), .spawn(3, slot: 0, generation: 1))
        var now = 0
        let waits = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]
        for (count, wait) in waits.enumerated() {
            let id = WorkerID(number: count + 3)
            let next = WorkerID(number: count + 4)
            script.at(now, .exited(id, .failed))
            script.expectNotice(
                .respawnDelayed(slot: 0, by: .milliseconds(wait), failures: count + 2)
            )
            now += wait
            script.wait(until: now - 1, beating: [2])
            script.wait(until: now, beating: [2], .init(now, .spawn(next, slot: 0, generation: 1)))
        }
    }

    /// A request that crashes each worker it gets to.
    @Test func respawnsAtOnceWhatHasServed() {
        var script = Script(serving: .of(1))
        for number in 1...10 {
            let next = Action.spawn(WorkerID(number: number + 1), slot: 0, generation: 1)
            script.at(number, .exited(WorkerID(number: number), .crashed, hasServed: true), next)
            script.at(number, .ready(WorkerID(number: number + 1)))
        }
    }

    @Test func respawnsTenTimesASecondWhatEndsMoreOften() {
        var script = Script(serving: .of(2, timeout: nil))
        var last: WorkerID = 1
        for number in 3...12 {
            let next = WorkerID(number: number)
            script.at(
                0,
                .exited(last, .crashed, hasServed: true),
                .spawn(next, slot: 0, generation: 1)
            )
            script.at(0, .ready(next))
            last = next
        }
        script.at(0, .exited(last, .crashed, hasServed: true))
        script.expectNotice(.respawnPaced(slot: 0, by: .milliseconds(100)))
        script.wait(until: 100, .init(100, .spawn(13, slot: 0, generation: 1)))
        script.at(100, .ready(13))
        script.at(150, .exited(13, .crashed, hasServed: true))
        #expect(script.notices.count == 1, "the pace is reported once")
        script.wait(until: 200, .init(200, .spawn(14, slot: 0, generation: 1)))
        script.at(200, .ready(14))
        script.at(400, .exited(14, .crashed, hasServed: true), .spawn(15, slot: 0, generation: 1))
    }

    @Test func neverLetsMoreThanHalfOfTheSlotsWait() {
        var script = Script(serving: .of(4, timeout: nil))
        var next = 5
        /// Lets a worker end; another one takes the place of the given slot.
        func end(_ id: Int, filling slot: Int) {
            let id = WorkerID(number: id)
            let replacement = WorkerID(number: next)
            let spawn = Action.spawn(replacement, slot: slot, generation: 1)
            script.at(0, .exited(id, .crashed, hasServed: true), spawn)
            script.at(0, .ready(replacement))
            next += 1
        }
        var last = [1, 2, 3, 4]
        for slot in 0..<4 {
            for _ in 0..<10 {
                end(last[slot], filling: slot)
                last[slot] = next - 1
            }
        }
        script.at(0, .exited(WorkerID(number: last[0]), .crashed, hasServed: true))
        script.at(0, .exited(WorkerID(number: last[1]), .crashed, hasServed: true))
        end(last[2], filling: 0)
        end(last[3], filling: 1)
        #expect(script.supervisor.counts.ready == 2)
    }

    /// All slots fail to boot: half of them are tried again each second.
    @Test func triesHalfOfTheSlotsEachSecondIfNothingBoots() {
        var script = Script(serving: .of(2, timeout: nil))
        script.forksFail = true
        script.at(0, .exited(1, .crashed), .spawn(3, slot: 0, generation: 1))
        script.at(0, .exited(2, .crashed), .spawn(4, slot: 1, generation: 1))
        _ = script.pass(until: 60_000)
        let times = script.pass(until: 80_000).map(\.at)
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(gaps.max() == 1000)
        #expect(times.count == 22)
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
        var script = Script(serving: .of(2, timeout: nil))
        script.at(0, .exited(1, .crashed), .spawn(3, slot: 0, generation: 1))
        script.at(0, .exited(3, .crashed))
        script.wait(until: 100, .init(100, .spawn(4, slot: 0, generation: 1)))
        script.at(100, .ready(4))
        let end = 100 + health
        let next = Action.spawn(5, slot: 0, generation: 1)
        if wait == 0 {
            script.at(end, .exited(4, .crashed), next)
        } else {
            script.at(end, .exited(4, .crashed))
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
