import ForktailSupervision
import Testing

@Suite struct SignalTests {
    @Test(arguments: Situation.allCases)
    func answersEachSignal(in situation: Situation) {
        let answers = SignalAnswers(in: situation)
        expect(answers.term, to: .stop(.graceful), in: situation)
        expect(answers.quit, to: .stop(.quick), in: situation)
        expect(answers.hup, to: .reload, in: situation)
        expect(answers.ttin, to: .addWorker, in: situation)
        expect(answers.ttou, to: .removeWorker, in: situation)
        expect(answers.usr1, to: .reopenLogs, in: situation)
        expect(answers.usr2, to: .upgrade, in: situation)
        expect(answers.winch, to: .retireAll, in: situation)
    }

    /// Compares what is done, and what is refused; other reports are left aside.
    private func expect(_ expected: [Action], to signal: Event, in situation: Situation) {
        var (supervisor, now) = situation.supervisor()
        let actions = supervisor.handle(signal, at: now).filter { action in
            switch action {
            case .report(.commandRefused): true
            case .report: false
            default: true
            }
        }
        #expect(actions == expected, "\(signal)")
    }
}
