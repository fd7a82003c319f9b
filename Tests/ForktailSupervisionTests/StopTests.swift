import ForktailSupervision
import Testing

@Suite struct StopTests {
    @Test func drainsEveryWorkerAndExitsWhenAllHaveLeft() {
        var script = Script(serving: .of(2))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1), .drain(2))
        script.at(5, .exited(2, .left))
        script.expectNotice(
            .workerExited(
                2,
                slot: 1,
                generation: 1,
                status: .left,
                lived: .milliseconds(5),
                cause: .stopped(.graceful)
            )
        )
        script.at(6, .exited(1, .left), .exit(.stopped))
        script.tick(at: 7)
        script.at(8, .stop(.quick))
        #expect(script.supervisor.nextDeadline == nil)
        #expect(ExitReason.stopped.exitCode.rawValue == 0)
    }

    @Test func repeatsTheRequestEachSecondAndKillsInTheEnd() {
        var script = Script(serving: .of(1, graceful: .milliseconds(2500)))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1))
        script.wait(
            until: 4000,
            beating: [1],
            .init(1000, .drain(1)),
            .init(2000, .drain(1)),
            .init(2500, .signal(.kill, 1))
        )
        script.at(4000, .exited(1, .killed), .exit(.stopped))
    }

    /// The graceful timeout in milliseconds, and when a quick stop kills.
    @Test(arguments: [(30_000, 2000), (700, 700)])
    func givesAQuickStopTwoSecondsAtMost(graceful: Int, killedAt: Int) {
        var script = Script(serving: .of(1, graceful: .milliseconds(graceful)))
        script.at(0, .stop(.quick), .stopping(.quick), .beginDrain, .signal(.quit, 1))
        script.wait(until: min(999, killedAt - 1))
        if killedAt > 1000 { script.wait(until: 1000, .init(1000, .signal(.quit, 1))) }
        script.wait(until: killedAt, .init(killedAt, .signal(.kill, 1)))
    }

    @Test func escalatesWithEachFurtherSignal() {
        var script = Script(serving: .of(2))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1), .drain(2))
        script.at(
            10,
            .stop(.graceful),
            .stopping(.quick),
            .signal(.quit, 1),
            .signal(.quit, 2)
        )
        script.expectNotice(.stopEscalated(to: .quit))
        script.at(20, .stop(.quick), .signal(.kill, 1), .signal(.kill, 2))
        script.expectNotice(.stopEscalated(to: .kill))
        script.at(30, .stop(.quick))
        script.at(31, .exited(1, .killed))
        script.at(32, .exited(2, .killed), .exit(.stopped))
    }

    @Test func doesNotGrantMoreTimeByEscalating() {
        var script = Script(serving: .of(1, graceful: .milliseconds(900)))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1))
        script.at(800, .stop(.quick), .stopping(.quick), .signal(.quit, 1))
        script.wait(until: 900, .init(900, .signal(.kill, 1)))
    }

    @Test func stopsBootingWorkersToo() {
        var script = Script(.of(2))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1), .spawn(2, slot: 1, generation: 1))
        script.at(1, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1), .drain(2))
        script.at(2, .ready(1))
        script.at(3, .exited(1, .left))
        script.at(4, .exited(2, .left), .exit(.stopped))
    }

    @Test func stopsAtOnceIfNoWorkerIsAlive() {
        var script = Script(.of(1))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain, .exit(.stopped))
        script = Script(.of(1))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1))
        script.at(1, .exited(1, .failed), .spawn(2, slot: 0, generation: 1))
        script.at(2, .exited(2, .failed))
        script.at(3, .stop(.quick), .stopping(.quick), .beginDrain, .exit(.stopped))
    }

    @Test func leavesTheAbortedToTheirAbort() {
        var script = Script(serving: .of(1, timeout: .seconds(1)))
        script.wait(until: 1000, .init(1000, .signal(.abort, 1)))
        script.at(1500, .stop(.graceful), .stopping(.graceful), .beginDrain)
        script.wait(until: 2000, .init(2000, .signal(.kill, 1)))
        script.at(2001, .exited(1, .killed), .exit(.stopped))
    }

    @Test func letsOneProgramServeUntilTheQueuesAreEmpty() {
        var script = Script(serving: .of(3, kind: .program))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(2), .drain(3))
        script.at(5, .exited(2, .left))
        script.wait(until: 3000)
        script.at(3000, .queuesDrained, .drain(1))
        script.at(3001, .exited(3, .left))
        script.at(3002, .exited(1, .left), .exit(.stopped))
    }

    @Test func keepsNoProgramThatStillBoots() {
        var script = Script(.of(2, kind: .program))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1), .spawn(2, slot: 1, generation: 1))
        script.at(1, .ready(2))
        script.at(2, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1))
        script.at(3, .queuesDrained, .drain(2))
    }

    @Test func killsTheProgramThatServesAfterTheGracefulTimeout() {
        var script = Script(serving: .of(1, graceful: .seconds(3), kind: .program))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain)
        script.at(2000, .reopenLogs, .reopenLogs, .signal(.reopenLogs, 1))
        script.wait(until: 3000, .init(3000, .signal(.kill, 1)))
        script.expectNotice(.workerKilled(1, slot: 0, reason: .gracefulTimeout(.seconds(3))))
    }

    /// What befalls the program that serves the queues, and what follows.
    @Test(arguments: [
        (Event.stop(.graceful), [Action.stopping(.quick), .quit(1)]),
        (.exited(1, .crashed), [.exit(.stopped)]),
        (.ready(1), []),
        (.heartbeat(1), []),
    ])
    func endsTheDrain(event: Event, actions: [Action]) {
        var script = Script(serving: .of(1, kind: .program))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain)
        script.at(10, event, actions)
    }

    @Test func keepsNoProgramInAQuickStop() {
        var script = Script(serving: .of(2, kind: .program))
        script.at(0, .stop(.quick), .stopping(.quick), .beginDrain, .quit(1), .quit(2))
    }

    /// Many programs take a second stop signal as an order to hurry.
    @Test func tellsAProgramToLeaveOnce() {
        var script = Script(serving: .of(2, graceful: .seconds(5), kind: .program))
        script.at(0, .removeWorker, .retire(2))
        script.wait(until: 3000)
        script.at(3000, .stop(.graceful), .stopping(.graceful), .beginDrain)
        script.at(3001, .queuesDrained, .drain(1))
        script.wait(until: 5000, .init(5000, .signal(.kill, 2)))
    }

    @Test func tellsARetiredProgramToHurryInAQuickStop() {
        var script = Script(serving: .of(2, kind: .program))
        script.at(0, .removeWorker, .retire(2))
        script.at(1, .stop(.quick), .stopping(.quick), .beginDrain, .quit(1), .quit(2))
    }
}
