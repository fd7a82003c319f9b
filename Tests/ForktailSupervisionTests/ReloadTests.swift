import ForktailSupervision
import Testing

@Suite struct ReloadTests {
    /// Starts a reload from 1 slot or 2 to the given policy, whose first replacement is `worker`.
    private func reloading(from workers: Int, to policy: Policy) -> Script {
        var script = Script(serving: .of(workers))
        script.nextPolicy = policy
        let first = WorkerID(number: workers + 1)
        script.at(100, .reload, .loadConfiguration, .spawn(first, slot: 0, generation: 2))
        script.expectNotice(.reloadStarted(generation: 2, workers: policy.workers))
        script.expectNotice(.reloadRolling(first, slot: 0, generation: 2))
        #expect(script.adopted == [1, 2])
        return script
    }

    @Test func changesNothingIfTheConfigurationIsInvalid() {
        var script = Script(serving: .of(2))
        script.at(100, .reload, .loadConfiguration)
        #expect(script.supervisor.counts.reloading == nil)
        #expect(script.adopted == [1])
        script.nextPolicy = .of(2)
        script.at(200, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
    }

    @Test func replacesOneSlotAfterAnother() {
        var script = reloading(from: 2, to: .of(2))
        script.at(110, .ready(3), .retire(1))
        script.expectNotice(.workerRetired(1, slot: 0, reason: .replaced(generation: 2)))
        script.at(120, .exited(1, .left), .spawn(4, slot: 1, generation: 2))
        script.at(130, .ready(4), .retire(2))
        script.at(140, .exited(2, .left), .reloadCompleted(generation: 2))
        script.expectNotice(.reloadCompleted(generation: 2, after: .milliseconds(40)))
        #expect(script.supervisor.counts.generation == 2)
        script.at(150, .exited(4, .crashed), .spawn(5, slot: 1, generation: 2))
    }

    @Test func waitsForTheReplacedUpToTheGracefulTimeout() {
        var script = Script(serving: .of(2, graceful: .milliseconds(1200)))
        script.nextPolicy = .of(2)
        script.at(0, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(10, .ready(3), .retire(1))
        script.wait(
            until: 1300,
            beating: [1, 2, 3],
            .init(1010, .retire(1)),
            .init(1210, .signal(.kill, 1))
        )
        script.at(1301, .exited(1, .killed), .spawn(4, slot: 1, generation: 2))
    }

    @Test func growsInParallelOnceOneNewWorkerWasReady() {
        var script = reloading(from: 1, to: .of(3))
        script.at(
            110,
            .ready(2),
            .retire(1),
            .spawn(3, slot: 1, generation: 2),
            .spawn(4, slot: 2, generation: 2)
        )
        script.at(111, .ready(3))
        script.at(112, .exited(1, .left))
        script.at(113, .ready(4), .reloadCompleted(generation: 2))
    }

    @Test func retiresTheSurplusLast() {
        var script = reloading(from: 3, to: .of(1))
        script.at(110, .ready(4), .retire(1), .retire(2), .retire(3))
        script.expectNotice(.workerRetired(3, slot: 2, reason: .surplus(generation: 2)))
        script.at(111, .exited(1, .left))
        script.at(112, .exited(2, .left))
        script.at(113, .exited(3, .left), .reloadCompleted(generation: 2))
        #expect(script.supervisor.counts.wanted == 1)
    }

    @Test func keepsTheOldUpUntilTheNewIsProven() {
        var script = reloading(from: 2, to: .of(2))
        script.at(105, .exited(1, .crashed), .spawn(4, slot: 0, generation: 1))
        script.at(106, .exited(2, .crashed), .spawn(5, slot: 1, generation: 1))
        script.at(110, .ready(3), .retire(4))
        script.at(115, .exited(5, .crashed), .spawn(6, slot: 1, generation: 2))
    }

    @Test func replacesACrashedOldWorkerByANewOneOnceProven() {
        var script = reloading(from: 2, to: .of(2))
        script.at(110, .ready(3), .retire(1))
        script.at(111, .exited(2, .crashed), .spawn(4, slot: 1, generation: 2))
        script.at(112, .exited(1, .left))
        script.at(113, .ready(4), .reloadCompleted(generation: 2))
    }

    @Test func takesTheLatestOfSeveralReloads() {
        var script = reloading(from: 2, to: .of(2))
        script.at(110, .ready(3), .retire(1))
        script.at(111, .exited(1, .left), .spawn(4, slot: 1, generation: 2))
        script.at(112, .reload, .loadConfiguration, .retire(4))
        script.expectNotice(.reloadOvertaken(generation: 2, by: 3))
        script.at(113, .exited(4, .left), .spawn(5, slot: 0, generation: 3))
        script.at(114, .ready(5), .retire(3))
        script.at(115, .exited(3, .left), .spawn(6, slot: 1, generation: 3))
        script.at(116, .ready(6), .retire(2))
        script.at(117, .exited(2, .left), .reloadCompleted(generation: 3))
    }

    @Test func goesOnIfALaterReloadIsRejected() {
        var script = reloading(from: 1, to: .of(1))
        script.nextPolicy = nil
        script.at(105, .reload, .loadConfiguration)
        script.at(110, .ready(2), .retire(1))
        script.at(111, .exited(1, .left), .reloadCompleted(generation: 2))
    }

    @Test func forgetsAddedWorkers() {
        var script = Script(serving: .of(1))
        script.nextPolicy = .of(1)
        script.at(0, .addWorker, .spawn(2, slot: 1, generation: 1))
        script.at(1, .ready(2))
        script.at(2, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(3, .ready(3), .retire(1), .retire(2))
    }

    @Test func countsCommandsForEitherOutcome() {
        var script = reloading(from: 2, to: .of(3))
        script.at(101, .addWorker, .spawn(4, slot: 2, generation: 1))
        script.expectNotice(.workersChanged(from: 3, to: 4))
        script.at(102, .removeWorker)
        script.at(103, .removeWorker, .retire(4))
        script.at(104, .removeWorker, .retire(2))
        script.expectNotice(.workersChanged(from: 2, to: 1))
        script.at(105, .removeWorker)
        script.expectNotice(.commandRefused(.removeWorker, .lastWorker))
    }

    @Test func stopsInTheMiddle() {
        var script = reloading(from: 1, to: .of(2))
        script.at(110, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1), .drain(2))
        script.at(111, .ready(2))
        script.at(112, .exited(1, .left))
        script.at(113, .exited(2, .left), .exit(.stopped))
    }

    @Test func curesABootThatFails() {
        var script = Script(.of(1))
        script.at(0, .start, .spawn(1, slot: 0, generation: 1))
        script.at(1, .exited(1, .failed), .spawn(2, slot: 0, generation: 1))
        script.at(2, .exited(2, .failed))
        script.nextPolicy = .of(1)
        script.at(3, .reload, .loadConfiguration, .spawn(3, slot: 0, generation: 2))
        script.at(4, .ready(3), .becameReady, .reloadCompleted(generation: 2))
    }
}
