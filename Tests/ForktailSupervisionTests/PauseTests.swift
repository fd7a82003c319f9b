import ForktailSupervision
import Testing

@Suite struct PauseTests {
    @Test func killsNoWorkerAfterAPauseOfTheArbiter() {
        var script = Script(serving: .of(2, timeout: .seconds(3)))
        script.wait(until: 2000, beating: [1, 2])
        script.tick(at: 12_000)
        script.expectNotice(.roundSkipped(pause: .seconds(10)))
        script.wait(until: 14_999, beating: [1])
        script.wait(until: 15_000, beating: [1], .init(15_000, .signal(.abort, 2)))
    }

    @Test func startsEveryTimeLimitAgain() {
        var script = Script(serving: .of(2, graceful: .seconds(3)))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1), .drain(2))
        script.at(20_000, .exited(2, .left), .drain(1))
        script.expectNotice(.roundSkipped(pause: .seconds(20)))
        script.wait(
            until: 23_000,
            .init(21_000, .drain(1)),
            .init(22_000, .drain(1)),
            .init(23_000, .signal(.kill, 1))
        )
    }

    @Test func obeysCommandsInTheSkippedRound() {
        var script = Script(serving: .of(1))
        script.at(60_000, .stop(.quick), .stopping(.quick), .beginDrain, .signal(.quit, 1))
        script.expectNotice(.roundSkipped(pause: .seconds(60)))
    }

    /// How late the first event after a quiet second comes, and whether that is a pause.
    @Test(arguments: [(1000, false), (2000, false), (2001, true)])
    func tellsAPauseFromADelay(now: Int, isPause: Bool) {
        var script = Script(serving: .of(1))
        script.tick(at: now)
        #expect(script.notices.isEmpty != isPause)
    }

    @Test func ignoresAClockThatGoesBack() {
        var script = Script(serving: .of(1, timeout: .seconds(2)))
        script.at(1500, .heartbeat(1))
        script.at(500, .heartbeat(1))
        script.wait(until: 3499)
        script.wait(until: 3500, .init(3500, .signal(.abort, 1)))
    }
}
