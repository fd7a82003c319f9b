import ForktailSupervision
import Testing

@Suite struct UpgradeTests {
    /// The new arbiter runs beside the old one with its two workers.
    private func upgraded(_ policy: Policy = .of(2)) -> Script {
        var script = Script(serving: policy)
        script.at(0, .upgrade, .startUpgrade)
        script.at(1, .upgradeStarted)
        return script
    }

    @Test func startsOneAtATime() {
        var script = Script(serving: .of(1))
        script.at(0, .upgrade, .startUpgrade)
        script.at(1, .upgrade)
        script.expectNotice(.commandRefused(.upgrade, .upgrading))
        script.at(2, .upgradeStarted)
        script.at(3, .upgrade)
        script.expectNotice(.commandRefused(.upgrade, .upgraded))
    }

    @Test(arguments: [[Event.upgradeFailed], [.upgradeStarted, .upgradeExited], [.upgradeExited]])
    func mayBeTriedAgainOnceItHasFailed(end: [Event]) {
        var script = Script(serving: .of(1))
        script.at(0, .upgrade, .startUpgrade)
        for event in end { script.at(1, event) }
        script.at(2, .upgrade, .startUpgrade)
    }

    @Test func isRefusedWhileAReloadRolls() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(1)
        script.at(0, .reload, .loadConfiguration, .spawn(2, slot: 0, generation: 2))
        script.at(1, .upgrade)
        script.expectNotice(.commandRefused(.upgrade, .reloading))
        script.at(2, .ready(2), .retire(1))
        script.at(3, .exited(1, .left), .reloadCompleted(generation: 2))
        script.at(4, .upgrade, .startUpgrade)
    }

    @Test func leavesTheQueuesToTheNewArbiter() {
        var script = upgraded(.of(2, delay: .seconds(5)))
        script.at(10, .stop(.graceful), .stopping(.graceful), .retire(1), .retire(2))
        script.expectNotice(.workerRetired(1, slot: 0, reason: .handedOver))
        script.at(11, .exited(1, .left))
        script.at(12, .exited(2, .left), .exit(.stopped))
    }

    @Test func drainsAgainOnceTheNewArbiterHasGone() {
        var script = upgraded()
        script.at(10, .upgradeExited)
        script.at(11, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1), .drain(2))
    }

    /// Of two that stop in the same instant none may rely on the other.
    @Test func drainsIfTheOtherArbiterStopsAsWell() {
        var script = upgraded(.of(1))
        script.at(10, .otherArbiterStops)
        script.at(10, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1))
        script.at(11, .upgradeExited)
        script.at(12, .exited(1, .left), .exit(.stopped))
        script = Script(serving: .of(1), predecessorRuns: true)
        script.at(10, .otherArbiterStops)
        script.at(10, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1))
        script.at(11, .predecessorExited)
        script.at(12, .exited(1, .left), .exit(.stopped))
    }

    @Test func delaysIfTheOtherArbiterStopsAsWell() {
        var script = upgraded(.of(1, delay: .seconds(1)))
        script.at(10, .otherArbiterStops)
        script.at(10, .stop(.graceful), .stopping(.graceful))
        script.wait(until: 1010, .init(1010, .beginDrain), .init(1010, .drain(1)))
    }

    @Test func escalatesAHandOver() {
        var script = upgraded()
        script.at(10, .stop(.graceful), .stopping(.graceful), .retire(1), .retire(2))
        script.at(11, .stop(.graceful), .stopping(.quick), .quit(1), .quit(2))
        script.at(12, .stop(.graceful), .signal(.kill, 1), .signal(.kill, 2))
    }

    @Test func isCancelledByAStop() {
        var script = Script(serving: .of(1))
        script.at(0, .upgrade, .startUpgrade)
        script.at(
            1,
            .stop(.graceful),
            .cancelUpgrade,
            .stopping(.graceful),
            .beginDrain,
            .drain(1)
        )
        script.at(2, .upgradeStarted)
        script.at(3, .exited(1, .left), .exit(.stopped))
    }

    @Test func isCancelledIfNothingBoots() {
        var script = Script(.of(1))
        script.forksFail = true
        script.at(0, .start, .spawn(1, slot: 0, generation: 1), .spawn(2, slot: 0, generation: 1))
        script.at(1, .upgrade, .startUpgrade)
        script.wait(
            until: 100,
            .init(100, .spawn(3, slot: 0, generation: 1)),
            .init(100, .cancelUpgrade),
            .init(100, .exit(.bootFailed))
        )
    }

    @Test func canBeBackedOutOf() {
        var script = upgraded()
        script.at(10, .retireAll, .retire(1), .retire(2))
        script.at(11, .exited(1, .left))
        script.at(12, .exited(2, .left))
        script.nextPolicy = .of(1)
        script.at(20, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(21, .ready(3), .reloadCompleted(generation: 2))
        script.at(22, .upgradeExited)
        script.at(23, .upgrade, .startUpgrade)
    }

    @Test func leavesTheQueuesToThePredecessor() {
        var script = Script(serving: .of(1), predecessorRuns: true)
        script.at(10, .upgrade)
        script.expectNotice(.commandRefused(.upgrade, .predecessorRuns))
        script.at(11, .stop(.quick), .stopping(.quick), .quit(1))
    }

    @Test func isAnArbiterLikeAnyOtherOnceThePredecessorHasGone() {
        var script = Script(serving: .of(1), predecessorRuns: true)
        script.at(10, .predecessorExited)
        script.at(11, .upgrade, .startUpgrade)
        script.at(12, .predecessorExited)
        script.at(13, .upgradeFailed)
        script.at(14, .stop(.quick), .stopping(.quick), .beginDrain, .quit(1))
    }
}
