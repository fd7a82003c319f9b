import ForktailSupervision
import ForktailSystem
import ForktailValues
import Testing

@testable import ForktailArbiter

/// The relation to another arbiter, and the stop.
@Suite struct ArbiterStateTests {
    private let process = ProcessID(rawValue: 200)

    private func other(_ role: OtherArbiter.Role) throws -> OtherArbiter {
        OtherArbiter(process: process, line: try ArbiterLine.open().0, role: role)
    }

    @Test func knowsTheSuccessorAtEachStepOfAnUpgrade() throws {
        let line = try ArbiterLine.open().0
        let steps: [ArbiterState] = [
            .checking(process), .starting(process, line), .beside(try other(.successor)),
            .stopping(try other(.successor), nil),
        ]
        for step in steps {
            #expect(step.successor == process)
            #expect(step.predecessor == nil)
        }
        #expect(steps.map { $0.other != nil } == [false, false, true, true])
        #expect(steps.map { $0.awaitedLine != nil } == [false, true, false, false])
        #expect(steps.map(\.isStopping) == [false, false, false, true])
    }

    /// A stop cancels an upgrade whose new arbiter does not serve yet.
    @Test(arguments: ControlCommand.Kind.allCases)
    func refusesCommandsThatOnlyOneOfTwoArbitersGets(kind: ControlCommand.Kind) throws {
        let own = ProcessID(rawValue: 100)
        func reason(_ state: ArbiterState) -> CommandRefusal? {
            state.refusal(of: kind, by: own)?.reason
        }
        let booting = kind == .stop || kind == .quickStop ? nil : CommandRefusal.upgrading
        #expect(reason(.checking(process)) == booting)
        #expect(reason(.starting(process, try ArbiterLine.open().0)) == booting)
        let beside = ArbiterState.beside(try other(.successor))
        #expect(reason(beside) == .upgraded)
        let words = try #require(beside.refusal(of: kind, by: own)?.words)
        #expect(words.contains("kill -TERM 100 completes") && words.contains("kill -QUIT 200 "))
        #expect(reason(.alone) == nil)
        #expect(reason(.beside(try other(.predecessor))) == nil)
        #expect(reason(.stopping(try other(.successor), nil)) == nil)
    }

    @Test func keepsTheOtherArbiterWhenItStops() throws {
        var state = ArbiterState.beside(try other(.predecessor))
        state.noteOtherStops()
        #expect(state.other?.isStopping == true)
        state.beginStop()
        #expect(state.isStopping)
        #expect(state.predecessor == process)
        #expect(state.other?.isStopping == true)
        state.drain(QueueDrain([], shutsDown: true, at: .now()))
        #expect(state.drain != nil)
        state.removeOther()
        #expect(state.other == nil)
        #expect(state.isStopping)
        #expect(state.drain != nil)
    }

    @Test func goesOnWithADrainAtASecondStop() {
        var state = ArbiterState.alone
        state.beginStop()
        state.drain(QueueDrain([], shutsDown: true, at: .now()))
        state.beginStop()
        #expect(state.drain != nil)
    }

    @Test func isAloneOnceTheOtherHasEnded() throws {
        for state in [ArbiterState.checking(process), .beside(try other(.successor))] {
            var state = state
            state.removeOther()
            guard case .alone = state else {
                Issue.record("\(state)")
                continue
            }
        }
    }

    @Test func agreesThatOneOfTwoServesTheQueues() throws {
        let (one, other) = try ArbiterLine.open()
        #expect(!one.announceStop())
        #expect(other.announceStop())
    }

    @Test func reportsOnceThatItServes() throws {
        let (one, other) = try ArbiterLine.open()
        #expect(!one.hasReported())
        try other.reportReady()
        #expect(one.hasReported())
        #expect(!one.hasReported())
    }
}
