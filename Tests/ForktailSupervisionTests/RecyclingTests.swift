@testable import ForktailSupervision
import Testing

@Suite struct RecyclingTests {
    private let reason = RecycleReason.requests(1000)

    @Test(arguments: [
        RecycleReason.requests(1000), .lifetime(.seconds(60)), .memory(bytes: 1 << 30),
    ])
    func retiresTheOldWhenTheNewIsReady(reason: RecycleReason) {
        var script = Script(serving: .of(2))
        script.at(10, .recycle(1, reason), .spawn(3, slot: 0, generation: 1))
        script.expectNotice(.workerRecycling(1, slot: 0, reason: reason))
        script.at(20, .ready(3), .retire(1))
        script.expectNotice(.workerRetired(1, slot: 0, reason: .recycled(reason)))
        script.at(30, .exited(1, .left))
        script.expectNotice(
            .workerExited(
                1,
                slot: 0,
                generation: 1,
                status: .left,
                lived: .milliseconds(30),
                cause: .retired(.recycled(reason))
            )
        )
        #expect(script.supervisor.counts.ready == 2)
    }

    @Test func takesOneSlotAfterAnotherInTheOrderOfTheRequests() {
        var script = Script(serving: .of(3))
        script.at(10, .recycle(3, reason), .spawn(4, slot: 2, generation: 1))
        script.at(11, .recycle(2, reason))
        script.at(12, .recycle(1, reason))
        script.at(13, .recycle(2, .memory(bytes: 1)))
        script.at(20, .ready(4), .retire(3))
        script.at(30, .exited(3, .left), .spawn(5, slot: 1, generation: 1))
        script.at(40, .ready(5), .retire(2))
        script.expectNotice(.workerRetired(2, slot: 1, reason: .recycled(reason)))
        script.at(50, .exited(2, .left), .spawn(6, slot: 0, generation: 1))
        script.at(60, .ready(6), .retire(1))
        script.at(70, .exited(1, .left))
        #expect(script.supervisor.recyclings.isEmpty)
    }

    @Test func recyclesOnlyServingWorkers() {
        var script = Script(.of(2))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1), .spawn(2, slot: 1, generation: 1))
        script.at(1, .recycle(1, reason))
        script.at(2, .ready(1))
        script.at(3, .ready(2), .becameReady)
        script.at(4, .removeWorker, .retire(2))
        script.at(5, .recycle(2, reason))
        script.at(6, .recycle(9, reason))
        script.at(7, .exited(2, .left))
    }

    @Test func leavesTheOldServingWhileTheNewCannotBoot() {
        var script = Script(serving: .of(1))
        script.at(0, .recycle(1, reason), .spawn(2, slot: 0, generation: 1))
        script.at(0, .exited(2, .failed), .spawn(3, slot: 0, generation: 1))
        var now = 0
        for (number, wait) in zip(3..., [100, 200, 400, 800]) {
            script.at(now, .exited(WorkerID(number: number), .failed))
            now += wait
            let next = Action.spawn(WorkerID(number: number + 1), slot: 0, generation: 1)
            script.wait(until: now, .init(now, next))
        }
        #expect(script.supervisor.counts.ready == 1)
        script.at(now, .ready(7), .retire(1))
    }

    @Test func letsOthersPassDuringABackOff() {
        var script = Script(serving: .of(2))
        script.at(0, .recycle(1, reason), .spawn(3, slot: 0, generation: 1))
        script.at(0, .exited(3, .failed), .spawn(4, slot: 0, generation: 1))
        script.at(0, .exited(4, .failed))
        script.at(1, .recycle(2, reason), .spawn(5, slot: 1, generation: 1))
        script.at(2, .ready(5), .retire(2))
        script.at(3, .exited(2, .left))
        script.wait(until: 100, .init(100, .spawn(6, slot: 0, generation: 1)))
    }

    @Test func letsTheNewServeIfTheOldEndsFirst() {
        var script = Script(serving: .of(1))
        script.at(10, .recycle(1, reason), .spawn(2, slot: 0, generation: 1))
        script.at(20, .exited(1, .crashed))
        script.at(30, .ready(2))
        script.at(40, .recycle(2, reason), .spawn(3, slot: 0, generation: 1))
    }

    @Test func waitsForTheRecycledUpToTheGracefulTimeout() {
        var script = Script(serving: .of(2, graceful: .milliseconds(500)))
        script.at(0, .recycle(1, reason), .spawn(3, slot: 0, generation: 1))
        script.at(0, .recycle(2, reason))
        script.at(10, .ready(3), .retire(1))
        script.wait(until: 520, .init(510, .signal(.kill, 1)))
        script.at(530, .exited(1, .killed), .spawn(4, slot: 1, generation: 1))
    }

    @Test func yieldsToAReload() {
        var script = Script(serving: .of(1))
        script.at(10, .recycle(1, reason), .spawn(2, slot: 0, generation: 1))
        script.nextPolicy = .of(1)
        script.at(20, .reload, .loadConfiguration, .retire(2))
        script.expectNotice(.workerRetired(2, slot: 0, reason: .recyclingGivenUp))
        script.at(30, .exited(2, .left), .spawn(3, slot: 0, generation: 2))
        script.at(40, .ready(3), .retire(1))
        script.expectNotice(.workerRetired(1, slot: 0, reason: .replaced(generation: 2)))
        script.at(50, .exited(1, .left), .reloadCompleted(generation: 2))
    }

    @Test func goesOnAfterAReloadThatFailed() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(1)
        script.at(0, .reload, .loadConfiguration, .spawn(2, slot: 0, generation: 2))
        script.at(1, .recycle(1, reason))
        script.forksFail = true
        script.at(2, .exited(2, .failed), .spawn(3, slot: 0, generation: 2))
        script.forksFail = false
        script.wait(until: 102, .init(102, .spawn(4, slot: 0, generation: 2)))
        let failure = ReloadFailure.cannotBoot(
            generation: 2,
            slot: 0,
            failures: 3,
            last: .exited(.failed)
        )
        script.at(
            103,
            .exited(4, .failed),
            .reloadAbandoned(failure),
            .spawn(5, slot: 0, generation: 1)
        )
        script.at(104, .ready(5), .retire(1))
    }

    @Test func forgetsItDuringAStop() {
        var script = Script(serving: .of(1, delay: .seconds(1)))
        script.at(0, .recycle(1, reason), .spawn(2, slot: 0, generation: 1))
        script.at(1, .stop(.graceful), .stopping(.graceful), .retire(2))
        script.expectNotice(.workerRetired(2, slot: 0, reason: .recyclingGivenUp))
        script.at(2, .exited(2, .left))
        script.at(3, .recycle(1, reason))
    }
}
