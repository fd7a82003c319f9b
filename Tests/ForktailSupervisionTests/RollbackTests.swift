import ForktailSupervision
import Testing

@Suite struct RollbackTests {
    private func failure(
        slot: Int,
        _ last: BootFailure = .exited(.failed)
    ) -> ReloadFailure {
        .cannotBoot(generation: 2, slot: slot, failures: 3, last: last)
    }

    @Test func leavesTheOldUntouchedIfTheFirstNewWorkerCannotBoot() {
        var script = Script(serving: .of(2))
        script.nextPolicy = .of(2)
        script.at(0, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(1, .exited(3, .failed), .spawn(4, slot: 0, generation: 2))
        script.at(2, .exited(4, .failed))
        script.wait(until: 102, .init(102, .spawn(5, slot: 0, generation: 2)))
        script.at(103, .exited(5, .failed), .reloadAbandoned(failure(slot: 0)))
        script.expectNotice(.reloadFailed(failure(slot: 0), backTo: 1))
        script.expectNotice(.rollbackCompleted(generation: 1, after: .zero))
        script.at(104, .exited(1, .crashed), .spawn(6, slot: 0, generation: 1))
        script.at(200, .reload, .loadConfiguration, .spawn(7, slot: 0, generation: 3))
    }

    @Test func countsABootTimeoutAsAFailure() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(1, boot: .milliseconds(400))
        script.at(0, .reload, .loadConfiguration, .spawn(2, slot: 0, generation: 2))
        script.at(1, .exited(2, .failed), .spawn(3, slot: 0, generation: 2))
        script.at(2, .exited(3, .failed))
        script.wait(
            until: 502,
            .init(102, .spawn(4, slot: 0, generation: 2)),
            .init(502, .signal(.abort, 4))
        )
        script.at(503, .exited(4, .crashed), .reloadAbandoned(failure(slot: 0, .timedOut)))
    }

    @Test func rollsTheReplacedBack() {
        var script = Script(serving: .of(2))
        script.nextPolicy = .of(2)
        script.at(0, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(1, .ready(3), .retire(1))
        script.at(2, .exited(1, .left), .spawn(4, slot: 1, generation: 2))
        script.at(3, .exited(4, .failed), .spawn(5, slot: 1, generation: 2))
        script.at(4, .exited(5, .failed))
        script.wait(until: 104, .init(104, .spawn(6, slot: 1, generation: 2)))
        script.at(
            105,
            .exited(6, .failed),
            .reloadAbandoned(failure(slot: 1)),
            .spawn(7, slot: 0, generation: 1)
        )
        script.at(110, .ready(7), .retire(3))
        script.at(111, .exited(3, .left))
        script.expectNotice(.rollbackCompleted(generation: 1, after: .milliseconds(6)))
        #expect(script.supervisor.counts.generation == 1)
    }

    @Test func countsWorkersThatDieSoonAfterTheyAreReady() {
        var script = Script(serving: .of(2))
        script.nextPolicy = .of(2)
        script.at(0, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(1, .ready(3), .retire(1))
        script.at(500, .exited(3, .crashed), .spawn(4, slot: 0, generation: 2))
        script.at(501, .ready(4))
        script.at(600, .exited(4, .crashed))
        script.wait(until: 700, beating: [1, 2], .init(700, .spawn(5, slot: 0, generation: 2)))
        script.at(701, .ready(5))
        script.at(
            800,
            .exited(5, .crashed),
            .reloadAbandoned(failure(slot: 0, .exited(.crashed))),
            .spawn(6, slot: 0, generation: 1)
        )
    }

    /// A request that crashes every worker says nothing about the new settings.
    @Test func doesNotCountWorkersThatARequestBringsDown() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(1)
        script.at(0, .reload, .loadConfiguration, .spawn(2, slot: 0, generation: 2))
        script.at(1, .ready(2), .retire(1))
        script.at(
            2,
            .exited(2, .crashed, hasServed: true),
            .spawn(3, slot: 0, generation: 2)
        )
        script.at(3, .exited(1, .left))
        script.at(4, .ready(3), .reloadCompleted(generation: 2))
        script.at(
            5,
            .exited(3, .crashed, hasServed: true),
            .spawn(4, slot: 0, generation: 2)
        )
        #expect(script.supervisor.counts.generation == 2)
    }

    /// A worker that was never ready could not boot, whatever its scoreboard entry says.
    @Test func countsWorkersThatWereNeverReady() {
        var script = Script(.of(1))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1))
        script.at(1, .exited(1, .failed, hasServed: true), .spawn(2, slot: 0, generation: 1))
        script.at(2, .exited(2, .failed, hasServed: true))
        script.wait(until: 102, .init(102, .spawn(3, slot: 0, generation: 1)))
        script.at(103, .exited(3, .failed, hasServed: true), .exit(.bootFailed))
    }

    @Test func givesUpTheOthersThatBootWithIt() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(3)
        script.at(0, .reload, .loadConfiguration, .spawn(2, slot: 0, generation: 2))
        script.at(
            1,
            .ready(2),
            .retire(1),
            .spawn(3, slot: 1, generation: 2),
            .spawn(4, slot: 2, generation: 2)
        )
        script.at(2, .exited(1, .left))
        script.at(3, .exited(3, .failed), .spawn(5, slot: 1, generation: 2))
        script.at(4, .exited(5, .failed))
        script.wait(until: 104, .init(104, .spawn(6, slot: 1, generation: 2)))
        script.at(
            105,
            .exited(6, .failed),
            .reloadAbandoned(failure(slot: 1)),
            .spawn(7, slot: 0, generation: 1)
        )
        script.at(106, .ready(7), .retire(2), .retire(4))
        script.at(107, .exited(2, .left))
        script.at(108, .exited(4, .left))
        script.expectNotice(.rollbackCompleted(generation: 1, after: .milliseconds(3)))
    }

    @Test func doesNotSlowTheOldDown() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(1)
        script.at(0, .reload, .loadConfiguration, .spawn(2, slot: 0, generation: 2))
        script.at(1, .exited(2, .failed), .spawn(3, slot: 0, generation: 2))
        script.at(2, .exited(3, .failed))
        script.at(3, .exited(1, .crashed), .spawn(4, slot: 0, generation: 1))
    }
}
