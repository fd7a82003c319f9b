import ForktailSupervision
import Testing

@Suite struct StopDelayTests {
    private func delaying(_ workers: Int, by delay: Duration = .milliseconds(1500)) -> Script {
        var script = Script(serving: .of(workers, delay: delay))
        script.at(0, .stop(.graceful), .stopping(.graceful))
        script.expectNotice(.stopDelayed(by: delay))
        return script
    }

    @Test func drainsWhenTheDelayIsOver() {
        var script = delaying(2)
        script.wait(
            until: 1500,
            beating: [1, 2],
            .init(1500, .beginDrain),
            .init(1500, .drain(1)),
            .init(1500, .drain(2))
        )
        script.at(1501, .exited(1, .left))
        script.at(1502, .exited(2, .left), .exit(.stopped))
    }

    @Test func respawnsMeanwhile() {
        var script = delaying(1, by: .seconds(1))
        script.at(10, .exited(1, .crashed), .spawn(2, slot: 0, generation: 1))
        script.at(20, .exited(2, .failed))
        script.wait(
            until: 1000,
            .init(120, .spawn(3, slot: 0, generation: 1)),
            .init(1000, .beginDrain),
            .init(1000, .drain(3))
        )
    }

    @Test func abortsTheSilentMeanwhile() {
        var script = Script(serving: .of(1, timeout: .seconds(2), delay: .seconds(4)))
        script.at(0, .stop(.graceful), .stopping(.graceful))
        script.wait(
            until: 4000,
            .init(2000, .signal(.abort, 1)),
            .init(3000, .signal(.kill, 1)),
            .init(4000, .beginDrain)
        )
        script.at(4001, .exited(1, .killed), .exit(.stopped))
    }

    @Test(arguments: [StopMode.graceful, .quick])
    func endsWithAnotherStop(mode: StopMode) {
        var script = delaying(1)
        script.at(10, .stop(mode), .stopping(.quick), .beginDrain, .quit(1))
        script.expectNotice(.stopEscalated(to: .quit))
        script.at(20, .stop(mode), .signal(.kill, 1))
    }

    @Test func doesNotDelayAQuickStop() {
        var script = Script(serving: .of(1, delay: .seconds(1)))
        script.at(0, .stop(.quick), .stopping(.quick), .beginDrain, .quit(1))
    }

    @Test func doesNotDelayTheEndOfABoot() {
        var script = Script(.of(1, delay: .seconds(1)))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1))
        script.at(1, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1))
    }

    @Test func countsTheGracefulTimeoutFromTheEndOfTheDelay() {
        var script = Script(
            serving: .of(1, graceful: .milliseconds(500), delay: .milliseconds(700))
        )
        script.at(0, .stop(.graceful), .stopping(.graceful))
        script.wait(
            until: 1200,
            .init(700, .beginDrain),
            .init(700, .drain(1)),
            .init(1200, .signal(.kill, 1))
        )
    }

    @Test func givesAReloadUp() {
        var script = Script(serving: .of(2, delay: .seconds(1)))
        script.nextPolicy = .of(2)
        script.at(0, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(1, .ready(3), .retire(1))
        script.at(2, .exited(1, .left), .spawn(4, slot: 1, generation: 2))
        script.at(3, .stop(.graceful), .stopping(.graceful), .retire(4))
        script.expectNotice(.workerRetired(4, slot: 1, reason: .reloadGivenUp(generation: 2)))
        script.at(4, .exited(4, .left))
        script.at(5, .exited(3, .crashed), .spawn(5, slot: 0, generation: 1))
        script.wait(
            until: 1003,
            .init(1003, .beginDrain),
            .init(1003, .drain(5)),
            .init(1003, .drain(2))
        )
    }

    @Test func doesNotOutlastAPauseOfTheArbiter() {
        var script = delaying(1)
        script.at(60_000, .heartbeat(1), .beginDrain, .drain(1))
    }
}
