import ForktailSupervision
import Testing

@Suite struct BootTests {
    @Test func becomesReadyOnceAllSlotsAre() {
        var script = Script(.of(2))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1), .spawn(2, slot: 1, generation: 1))
        script.at(5, .ready(2))
        script.at(7, .ready(1), .becameReady)
        script.at(8, .exited(1, .crashed), .spawn(3, slot: 0, generation: 1))
        script.at(9, .ready(3))
    }

    @Test func servesDegradedIfOneSlotCannotBoot() {
        var script = Script(.of(2))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1), .spawn(2, slot: 1, generation: 1))
        script.at(5, .ready(1))
        script.at(6, .exited(2, .failed), .spawn(3, slot: 1, generation: 1))
        script.at(7, .exited(3, .failed))
        script.wait(until: 107, .init(107, .spawn(4, slot: 1, generation: 1)))
        script.at(108, .exited(4, .failed), .becameReady)
        script.expectNotice(.degraded(ready: 1, wanted: 2))
        script.wait(until: 308, .init(308, .spawn(5, slot: 1, generation: 1)))
        script.at(309, .ready(5))
    }

    @Test func givesUpOnceEverySlotHasFailedThreeTimes() {
        var script = Script(.of(2))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1), .spawn(2, slot: 1, generation: 1))
        script.at(1, .exited(1, .failed), .spawn(3, slot: 0, generation: 1))
        script.at(2, .exited(3, .failed))
        script.wait(until: 102, .init(102, .spawn(4, slot: 0, generation: 1)))
        script.at(103, .exited(4, .failed))
        script.at(104, .exited(2, .failed), .spawn(5, slot: 1, generation: 1))
        script.at(105, .exited(5, .failed))
        script.wait(until: 205, .init(205, .spawn(6, slot: 1, generation: 1)))
        script.wait(until: 303, .init(303, .spawn(7, slot: 0, generation: 1)))
        script.at(304, .exited(6, .failed), .signal(.kill, 7))
        script.expectNotice(.bootFailed(failures: 3))
        script.at(305, .exited(7, .killed), .exit(.bootFailed))
        #expect(ExitReason.bootFailed.exitCode.rawValue == 70)
    }

    @Test func givesUpIfNothingCanBeForked() {
        var script = Script(.of(1))
        script.forksFail = true
        script.at(
            0,
            .start,
            .spawn(1, slot: 0, generation: 1),
            .spawn(2, slot: 0, generation: 1)
        )
        script.wait(
            until: 100,
            .init(100, .spawn(3, slot: 0, generation: 1)),
            .init(100, .exit(.bootFailed))
        )
    }

    @Test func neverGivesUpOnceAWorkerWasReady() {
        var script = Script(serving: .of(1))
        script.at(10, .exited(1, .crashed), .spawn(2, slot: 0, generation: 1))
        script.forksFail = true
        script.at(11, .exited(2, .failed))
        script.wait(
            until: 1600,
            .init(111, .spawn(3, slot: 0, generation: 1)),
            .init(311, .spawn(4, slot: 0, generation: 1)),
            .init(711, .spawn(5, slot: 0, generation: 1)),
            .init(1511, .spawn(6, slot: 0, generation: 1))
        )
    }
}
