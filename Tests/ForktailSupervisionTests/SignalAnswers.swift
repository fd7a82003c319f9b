import ForktailSupervision

/// What is done at once about each signal in one state: a table with a row for each signal.
struct SignalAnswers {
    let term: [Action]
    let quit: [Action]
    let hup: [Action]
    let ttin: [Action]
    let ttou: [Action]
    let usr1: [Action]
    let usr2: [Action]
    let winch: [Action]
}

extension SignalAnswers {
    init(in situation: Situation) {
        switch situation {
        case .notStarted: self = .notStarted
        case .booting, .serving: self = .running()
        case .settling: self = .running(ttou: [.retire(2), .becameReady])
        case .reloading: self = .reloading
        case .reloadProven: self = .reloadProven
        case .rollingBack: self = .rollingBack
        case .recycling: self = .recycling
        case .allRetired: self = .allRetired
        case .upgrading: self = .upgrading
        case .upgraded: self = .sharing(.upgraded)
        case .besidePredecessor: self = .sharing(.predecessorRuns)
        case .delayingStop: self = .delayingStop
        case .stopping, .handingOver: self = .stopping
        case .quitting: self = .quitting
        case .killing: self = .leaving(then: [])
        case .exited: self = .exited
        }
    }

    private static let notStarted = SignalAnswers(
        term: [.stopping(.graceful), .beginDrain, .exit(.stopped)],
        quit: [.stopping(.quick), .beginDrain, .exit(.stopped)],
        hup: [.refused(.reload, .notStarted)],
        ttin: [.refused(.addWorker, .notStarted)],
        ttou: [.refused(.removeWorker, .notStarted)],
        usr1: [.reopenLogs],
        usr2: [.refused(.upgrade, .notStarted)],
        winch: [.refused(.retireAll, .notStarted)]
    )

    private static func running(ttou: [Action] = [.retire(2)]) -> SignalAnswers {
        SignalAnswers(
            term: [.stopping(.graceful), .beginDrain, .drain(1), .drain(2)],
            quit: [.stopping(.quick), .beginDrain, .quit(1), .quit(2)],
            hup: [.loadConfiguration],
            ttin: [.spawn(3, slot: 2, generation: 1)],
            ttou: ttou,
            usr1: reopening(1, 2),
            usr2: [.startUpgrade],
            winch: [.retire(1), .retire(2)]
        )
    }

    private static let reloading = SignalAnswers(
        term: [.stopping(.graceful), .beginDrain, .drain(1), .drain(3), .drain(2)],
        quit: [.stopping(.quick), .beginDrain, .quit(1), .quit(3), .quit(2)],
        hup: [.loadConfiguration],
        ttin: [.spawn(4, slot: 2, generation: 1)],
        ttou: [.retire(2)],
        usr1: reopening(1, 3, 2),
        usr2: [.refused(.upgrade, .reloading)],
        winch: [
            .retire(3), .reloadAbandoned(.allRetired(generation: 2)), .retire(1), .retire(2),
        ]
    )

    private static let reloadProven = SignalAnswers(
        term: [.stopping(.graceful), .beginDrain, .drain(3), .drain(2), .drain(4)],
        quit: [.stopping(.quick), .beginDrain, .quit(3), .quit(2), .quit(4)],
        hup: [.loadConfiguration],
        ttin: [.spawn(5, slot: 2, generation: 2)],
        ttou: [.retire(2), .retire(4)],
        usr1: reopening(3, 2, 4),
        usr2: [.refused(.upgrade, .reloading)],
        winch: [
            .retire(4), .reloadAbandoned(.allRetired(generation: 2)), .retire(3), .retire(2),
        ]
    )

    private static let rollingBack = SignalAnswers(
        term: [.stopping(.graceful), .beginDrain, .drain(3), .drain(7), .drain(2)],
        quit: [.stopping(.quick), .beginDrain, .quit(3), .quit(7), .quit(2)],
        hup: [.loadConfiguration],
        ttin: [.spawn(8, slot: 2, generation: 1)],
        ttou: [.retire(2)],
        usr1: reopening(3, 7, 2),
        usr2: [.refused(.upgrade, .reloading)],
        winch: [.retire(3), .retire(7), .retire(2)]
    )

    private static let recycling = SignalAnswers(
        term: [.stopping(.graceful), .beginDrain, .drain(1), .drain(3), .drain(2)],
        quit: [.stopping(.quick), .beginDrain, .quit(1), .quit(3), .quit(2)],
        hup: [.loadConfiguration],
        ttin: [.spawn(4, slot: 2, generation: 1)],
        ttou: [.retire(2)],
        usr1: reopening(1, 3, 2),
        usr2: [.startUpgrade],
        winch: [.retire(1), .retire(3), .retire(2)]
    )

    private static let allRetired = SignalAnswers(
        term: [.stopping(.graceful), .beginDrain, .exit(.stopped)],
        quit: [.stopping(.quick), .beginDrain, .exit(.stopped)],
        hup: [.loadConfiguration],
        ttin: [.spawn(3, slot: 0, generation: 1)],
        ttou: [.refused(.removeWorker, .noWorker)],
        usr1: [.reopenLogs],
        usr2: [.startUpgrade],
        winch: []
    )

    private static let upgrading = SignalAnswers(
        term: [.cancelUpgrade, .stopping(.graceful), .beginDrain, .drain(1), .drain(2)],
        quit: [.cancelUpgrade, .stopping(.quick), .beginDrain, .quit(1), .quit(2)],
        hup: [.loadConfiguration],
        ttin: [.spawn(3, slot: 2, generation: 1)],
        ttou: [.retire(2)],
        usr1: reopening(1, 2),
        usr2: [.refused(.upgrade, .upgrading)],
        winch: [.retire(1), .retire(2)]
    )

    private static func sharing(_ refusal: CommandRefusal) -> SignalAnswers {
        SignalAnswers(
            term: [.stopping(.graceful), .retire(1), .retire(2)],
            quit: [.stopping(.quick), .quit(1), .quit(2)],
            hup: [.loadConfiguration],
            ttin: [.spawn(3, slot: 2, generation: 1)],
            ttou: [.retire(2)],
            usr1: reopening(1, 2),
            usr2: [.refused(.upgrade, refusal)],
            winch: [.retire(1), .retire(2)]
        )
    }

    private static let delayingStop = leaving(
        then: [.stopping(.quick), .beginDrain, .quit(1), .quit(2)]
    )
    private static let stopping = leaving(then: [.stopping(.quick), .quit(1), .quit(2)])
    private static let quitting = leaving(then: [.signal(.kill, 1), .signal(.kill, 2)])

    /// Either stop command does the same, and all others but one are refused.
    private static func leaving(then actions: [Action]) -> SignalAnswers {
        SignalAnswers(
            term: actions,
            quit: actions,
            hup: [.refused(.reload, .stopping)],
            ttin: [.refused(.addWorker, .stopping)],
            ttou: [.refused(.removeWorker, .stopping)],
            usr1: reopening(1, 2),
            usr2: [.refused(.upgrade, .stopping)],
            winch: [.refused(.retireAll, .stopping)]
        )
    }

    private static let exited = SignalAnswers(
        term: [],
        quit: [],
        hup: [.refused(.reload, .stopping)],
        ttin: [.refused(.addWorker, .stopping)],
        ttou: [.refused(.removeWorker, .stopping)],
        usr1: [.reopenLogs],
        usr2: [.refused(.upgrade, .stopping)],
        winch: [.refused(.retireAll, .stopping)]
    )

    private static func reopening(_ workers: WorkerID...) -> [Action] {
        [.reopenLogs] + workers.map { .signal(.reopenLogs, $0) }
    }
}
