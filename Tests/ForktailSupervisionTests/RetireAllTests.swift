import ForktailSupervision
import Testing

@Suite struct RetireAllTests {
    /// All of two workers were retired and have left.
    private var retired: Script {
        var script = Script(serving: .of(2))
        script.at(0, .retireAll, .retire(1), .retire(2))
        script.at(1, .exited(1, .left))
        script.at(2, .exited(2, .left))
        return script
    }

    @Test func keepsNoWorkerAndNoDeadline() {
        var script = Script(serving: .of(2))
        script.at(0, .retireAll, .retire(1), .retire(2))
        script.expectNotice(.workersChanged(from: 2, to: 0))
        script.expectNotice(.workerRetired(2, slot: 1, reason: .allRetired))
        script.at(1, .retireAll)
        #expect(script.notices.isEmpty)
        script.at(2, .exited(1, .left))
        script.at(3, .exited(2, .crashed))
        #expect(script.supervisor.nextDeadline == nil)
        #expect(script.supervisor.counts.wanted == 0)
        script.tick(at: 3_600_000)
    }

    @Test func killsWorkersThatDoNotLeave() {
        var script = Script(serving: .of(1, graceful: .milliseconds(500)))
        script.at(0, .retireAll, .retire(1))
        script.wait(until: 500, .init(500, .signal(.kill, 1)))
        script.at(501, .exited(1, .killed))
    }

    @Test func bringsWorkersBackOneByOne() {
        var script = retired
        script.at(10, .removeWorker)
        script.expectNotice(.commandRefused(.removeWorker, .noWorker))
        script.at(20, .addWorker, .spawn(3, slot: 0, generation: 1))
        script.expectNotice(.workersChanged(from: 0, to: 1))
        script.at(21, .ready(3))
        script.at(22, .removeWorker)
        script.expectNotice(.commandRefused(.removeWorker, .lastWorker))
        script.at(23, .addWorker, .spawn(4, slot: 1, generation: 1))
    }

    @Test func bringsTheNumberOfTheSettingsBackByAReload() {
        var script = retired
        script.nextPolicy = .of(3)
        script.at(10, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(
            11,
            .ready(3),
            .spawn(4, slot: 1, generation: 2),
            .spawn(5, slot: 2, generation: 2)
        )
        script.at(12, .ready(4))
        script.at(13, .ready(5), .reloadCompleted(generation: 2))
    }

    /// A way back that fails because of wrong settings would be an outage.
    @Test func bringsTheOldBackIfThereAreNoNewSettings() {
        var script = retired
        script.at(
            10,
            .reload,
            .loadConfiguration,
            .spawn(3, slot: 0, generation: 1),
            .spawn(4, slot: 1, generation: 1)
        )
        script.expectNotice(.workersChanged(from: 0, to: 2))
    }

    @Test func bringsTheOldBackIfTheNewCannotBoot() {
        var script = retired
        script.nextPolicy = .of(1)
        script.at(10, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(11, .exited(3, .failed), .spawn(4, slot: 0, generation: 2))
        script.at(12, .exited(4, .failed))
        script.wait(until: 112, .init(112, .spawn(5, slot: 0, generation: 2)))
        let failure = ReloadFailure.cannotBoot(
            generation: 2,
            slot: 0,
            failures: 3,
            last: .exited(.failed)
        )
        script.at(
            113,
            .exited(5, .failed),
            .reloadAbandoned(failure),
            .spawn(6, slot: 0, generation: 1),
            .spawn(7, slot: 1, generation: 1)
        )
        script.expectNotice(.workersChanged(from: 0, to: 2))
    }

    @Test func doesNotWaitForTheRetiredToReload() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(1)
        script.at(0, .retireAll, .retire(1))
        script.at(1, .reload, .loadConfiguration, .spawn(2, slot: 0, generation: 2))
        script.at(2, .ready(2))
        script.at(3, .exited(1, .left), .reloadCompleted(generation: 2))
    }

    @Test func givesAReloadUp() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(1)
        script.at(0, .reload, .loadConfiguration, .spawn(2, slot: 0, generation: 2))
        let failure = ReloadFailure.allRetired(generation: 2)
        script.at(1, .retireAll, .retire(2), .reloadAbandoned(failure), .retire(1))
        script.expectNotice(.reloadFailed(failure, backTo: 1))
        script.at(2, .exited(1, .left))
        script.at(3, .exited(2, .left))
        script.expectNotice(.rollbackCompleted(generation: 1, after: .milliseconds(2)))
        script.at(4, .addWorker, .spawn(3, slot: 0, generation: 1))
    }

    @Test func retiresTheNewOfAReloadThatGrowsToo() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(2)
        script.at(0, .reload, .loadConfiguration, .spawn(2, slot: 0, generation: 2))
        script.at(1, .ready(2), .retire(1), .spawn(3, slot: 1, generation: 2))
        let failure = ReloadFailure.allRetired(generation: 2)
        script.at(2, .retireAll, .reloadAbandoned(failure), .retire(2), .retire(3))
        script.expectNotice(.workersChanged(from: 2, to: 0))
        script.expectNotice(.workerRetired(3, slot: 1, reason: .allRetired))
    }

    @Test func countsCommandsForTheReloadThatBringsThemBack() {
        var script = retired
        script.nextPolicy = .of(1)
        script.at(10, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(11, .addWorker)
        script.expectNotice(.workersChanged(from: 1, to: 2))
        script.at(12, .ready(3), .spawn(4, slot: 1, generation: 2))
    }

    @Test func doesNotGiveUpWithoutWantedWorkers() {
        var script = Script(.of(1))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1))
        script.at(1, .retireAll, .retire(1))
        script.at(2, .exited(1, .failed))
        script.at(3, .addWorker, .spawn(2, slot: 0, generation: 1))
        script.at(4, .ready(2), .becameReady)
    }

    @Test func stopsAtOnceWithoutWorkers() {
        var script = Script(serving: .of(1, delay: .seconds(5)))
        script.at(0, .retireAll, .retire(1))
        script.at(1, .exited(1, .left))
        script.at(2, .stop(.graceful), .stopping(.graceful), .beginDrain, .exit(.stopped))
    }
}
