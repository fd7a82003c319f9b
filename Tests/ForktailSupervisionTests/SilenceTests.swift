import ForktailSupervision
import Testing

@Suite struct SilenceTests {
    @Test func abortsTheSilentAndKillsThemASecondLater() {
        var script = Script(serving: .of(2, timeout: .seconds(5)))
        script.wait(
            until: 6500,
            beating: [2],
            .init(5000, .signal(.abort, 1)),
            .init(6000, .signal(.kill, 1))
        )
        script.expectNotice(.workerAborted(1, slot: 0, reason: .silent(.seconds(5))))
        script.expectNotice(.workerKilled(1, slot: 0, reason: .silent(.seconds(5))))
        script.at(6600, .exited(1, .killed), .spawn(3, slot: 0, generation: 1))
        script.expectNotice(
            .workerExited(
                1,
                slot: 0,
                generation: 1,
                status: .killed,
                lived: .milliseconds(6600),
                cause: .killed(.silent(.seconds(5)))
            )
        )
    }

    @Test func leavesThemAloneWithoutATimeout() {
        var script = Script(serving: .of(1, timeout: nil))
        #expect(script.supervisor.nextDeadline == nil)
        script.tick(at: 3_600_000)
    }

    @Test func abortsWorkersThatExceedBootTimeout() {
        var script = Script(.of(1, timeout: nil, boot: .seconds(3)))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1))
        script.at(500, .heartbeat(1))
        script.wait(until: 3500, .init(3000, .signal(.abort, 1)))
        script.expectNotice(.workerAborted(1, slot: 0, reason: .bootTimeout(.seconds(3))))
        script.at(3600, .exited(1, .crashed), .spawn(2, slot: 0, generation: 1))
    }

    @Test func countsTheTimeoutFromReadiness() {
        var script = Script(.of(1, timeout: .seconds(2), boot: .seconds(10)))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1))
        script.wait(until: 9000)
        script.at(9000, .ready(1), .becameReady)
        script.wait(until: 11_000, .init(11_000, .signal(.abort, 1)))
    }

    @Test func watchesTheRetiredToo() {
        var script = Script(serving: .of(2, timeout: .seconds(2)))
        script.at(100, .heartbeat(1))
        script.at(100, .removeWorker, .signal(.terminate(drain: false), 2))
        script.wait(
            until: 3000,
            beating: [1],
            .init(1100, .signal(.terminate(drain: false), 2)),
            .init(2000, .signal(.abort, 2)),
            .init(3000, .signal(.kill, 2))
        )
        script.at(3001, .exited(2, .killed))
    }

    @Test func doesNotTrustALateReadinessAfterTheAbort() {
        var script = Script(.of(1, boot: .seconds(1)))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1))
        script.wait(until: 1000, .init(1000, .signal(.abort, 1)))
        script.at(1001, .ready(1))
        #expect(script.supervisor.counts.ready == 0)
        script.wait(until: 2000, .init(2000, .signal(.kill, 1)))
    }

    @Test func leavesAProgramAloneThatHasNeverBeaten() {
        var script = Script(serving: .of(1, timeout: .seconds(2), kind: .program))
        #expect(script.supervisor.nextDeadline == nil)
        script.tick(at: 3_600_000)
    }

    /// When a program beats for the first time, and when it becomes ready.
    @Test(arguments: [(beat: 5000, ready: 100), (beat: 100, ready: 5000)])
    func abortsAProgramThatHangsAfterItsFirstBeat(beat: Int, ready: Int) {
        var script = Script(.of(1, timeout: .seconds(2), kind: .program))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1))
        if beat < ready { script.at(beat, .heartbeat(1)) }
        script.at(ready, .ready(1), .becameReady)
        if beat > ready { script.at(beat, .heartbeat(1)) }
        script.wait(
            until: 8000,
            .init(7000, .signal(.abort, 1)),
            .init(8000, .signal(.kill, 1))
        )
    }

    @Test func watchesTheProgramThatServesTheQueues() {
        var script = Script(serving: .of(1, timeout: .seconds(2), kind: .program))
        script.at(0, .heartbeat(1))
        script.at(1, .stop(.graceful), .stopping(.graceful), .beginDrain)
        script.wait(
            until: 3000,
            .init(2000, .signal(.abort, 1)),
            .init(3000, .signal(.kill, 1))
        )
    }
}
