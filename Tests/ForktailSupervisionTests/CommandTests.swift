import ForktailSupervision
import Testing

@Suite struct CommandTests {
    @Test func addsAndRemovesAtOnce() {
        var script = Script(serving: .of(1))
        script.at(10, .addWorker, .spawn(2, slot: 1, generation: 1))
        script.expectNotice(.workersChanged(from: 1, to: 2))
        script.at(10, .addWorker, .spawn(3, slot: 2, generation: 1))
        script.at(20, .removeWorker, .retire(3))
        script.expectNotice(.workerRetired(3, slot: 2, reason: .slotRemoved))
        script.at(21, .removeWorker, .retire(2))
        script.at(22, .removeWorker)
        script.expectNotice(.commandRefused(.removeWorker, .lastWorker))
        script.at(23, .exited(3, .left))
        script.at(24, .exited(2, .left))
        #expect(script.supervisor.counts.wanted == 1)
    }

    @Test func setsTheNumberOfWorkers() {
        var script = Script(serving: .of(1))
        script.at(
            10,
            .setWorkers(3),
            .spawn(2, slot: 1, generation: 1),
            .spawn(3, slot: 2, generation: 1)
        )
        script.expectNotice(.workersChanged(from: 1, to: 3))
        script.at(20, .setWorkers(3))
        script.at(30, .setWorkers(0))
        script.expectNotice(.commandRefused(.setWorkers, .lastWorker))
        script.at(40, .setWorkers(1), .retire(2), .retire(3))
        #expect(script.supervisor.counts.wanted == 1)
    }

    @Test func replacesTheWorkerOfASlot() {
        var script = Script(serving: .of(2))
        script.at(10, .restartWorker(slot: 1), .spawn(3, slot: 1, generation: 1))
        script.at(11, .ready(3), .retire(2))
        script.expectNotice(.workerRetired(2, slot: 1, reason: .recycled(.command)))
        script.at(12, .exited(2, .left))
        #expect(script.supervisor.currentWorker(of: 1) == 3)
        script.at(13, .restartWorker(slot: 2))
        script.expectNotice(.commandRefused(.restartWorker, .noSlot(slots: 2)))
    }

    @Test func fillsARemovedSlotBesideTheOneThatLeaves() {
        var script = Script(serving: .of(2))
        script.at(10, .removeWorker, .retire(2))
        script.at(11, .addWorker, .spawn(3, slot: 1, generation: 1))
        script.at(12, .removeWorker, .retire(3))
        script.at(13, .addWorker)
        script.at(14, .exited(2, .left), .spawn(4, slot: 1, generation: 1))
    }

    @Test func killsTheRemovedAfterTheGracefulTimeout() {
        var script = Script(serving: .of(2, graceful: .milliseconds(1500)))
        script.at(0, .removeWorker, .retire(2))
        script.wait(
            until: 2000,
            beating: [1, 2],
            .init(1000, .retire(2)),
            .init(1500, .signal(.kill, 2))
        )
        script.expectNotice(
            .workerKilled(2, slot: 1, reason: .gracefulTimeout(.milliseconds(1500)))
        )
    }

    @Test func reopensLogsEverywhere() {
        var script = Script(serving: .of(2))
        script.at(
            0,
            .reopenLogs,
            .reopenLogs,
            .signal(.reopenLogs, 1),
            .signal(.reopenLogs, 2)
        )
    }

    @Test(arguments: [
        (Event.addWorker, Command.addWorker),
        (.removeWorker, .removeWorker),
        (.reload, .reload),
    ])
    func refusesCommandsBeforeTheStartAndAfterTheStop(event: Event, command: Command) {
        var script = Script(.of(2))
        script.at(0, event)
        script.expectNotice(.commandRefused(command, .notStarted))
        script = Script(serving: .of(2))
        script.at(0, .stop(.graceful), .stopping(.graceful), .beginDrain, .drain(1), .drain(2))
        script.at(1, event)
        script.expectNotice(.commandRefused(command, .stopping))
    }

    @Test func tellsWhatItKnowsOfAWorker() {
        var script = Script(serving: .of(2))
        script.at(5, .removeWorker, .retire(2))
        let facts = script.supervisor.worker(2)
        #expect(facts?.slot == 1)
        #expect(facts?.generation == 1)
        #expect(facts?.startedAt == Simulation.instant(0))
        #expect(facts?.isReady == true)
        #expect(facts?.instruction == .retire(.slotRemoved))
        #expect(script.supervisor.worker(3) == nil)
    }

    @Test func countsTheWorkersByWhatTheyDo() {
        var script = Script(serving: .of(3))
        script.at(5, .removeWorker, .retire(3))
        script.at(6, .exited(1, .crashed), .spawn(4, slot: 0, generation: 1))
        let counts = script.supervisor.counts
        #expect(counts.wanted == 2)
        #expect(counts.ready == 1)
        #expect(counts.booting == 1)
        #expect(counts.leaving == 1)
        #expect(counts.generation == 1)
        #expect(counts.reloading == nil)
    }
}
