import ForktailSupervision

/// A state of the arbiter in which a signal may come; of two workers, 1 and 2, unless told
/// otherwise.
enum Situation: CaseIterable {
    case notStarted
    case booting
    /// Worker 1 is ready, worker 2 is not.
    case settling
    case serving
    /// Worker 3 boots beside worker 1, the first one of generation 2.
    case reloading
    /// Worker 3, of generation 2, has replaced worker 1, and worker 4 boots beside worker 2.
    case reloadProven
    /// Worker 3, of generation 2, serves, and worker 7 boots to bring generation 1 back.
    case rollingBack
    /// Worker 1 has served its time, and worker 3 boots beside it.
    case recycling
    /// Both workers were retired and have left.
    case allRetired
    case upgrading
    case upgraded
    case besidePredecessor
    /// A graceful stop was asked for, and the workers serve on.
    case delayingStop
    case stopping
    /// A graceful stop was asked for, and another arbiter serves the same listeners.
    case handingOver
    case quitting
    case killing
    case exited

    /// The supervisor in that state, in which it comes by an event each 50 milliseconds.
    func supervisor() -> (Supervisor, now: Instant) {
        var supervisor = Supervisor(policy: policy, predecessorRuns: self == .besidePredecessor)
        var now = Simulation.instant(0)
        for event in events {
            now = now + .milliseconds(50)
            for action in supervisor.handle(event, at: now) {
                guard case .spawn(let id, _, _) = action else { continue }
                _ = supervisor.handle(.spawned(id), at: now)
            }
        }
        return (supervisor, now)
    }

    private var policy: Policy {
        .of(2, delay: self == .delayingStop ? .seconds(10) : .zero)
    }

    private var events: [Event] {
        switch self {
        case .notStarted: []
        case .booting: [.start]
        case .settling: Situation.booting.events + [.ready(1)]
        case .serving, .besidePredecessor: Situation.settling.events + [.ready(2)]
        case .reloading: Situation.serving.events + [.reload, .configurationLoaded(.of(2))]
        case .reloadProven: Situation.reloading.events + [.ready(3), .exited(1, .left)]
        case .rollingBack: Situation.reloadProven.events + failures
        case .recycling: Situation.serving.events + [.recycle(1, .requests(10))]
        case .allRetired: Situation.serving.events + [.retireAll] + ends
        case .upgrading: Situation.serving.events + [.upgrade]
        case .upgraded: Situation.upgrading.events + [.upgradeStarted]
        case .delayingStop, .stopping: Situation.serving.events + [.stop(.graceful)]
        case .handingOver: Situation.upgraded.events + [.stop(.graceful)]
        case .quitting: Situation.serving.events + [.stop(.quick)]
        case .killing: Situation.quitting.events + [.stop(.quick)]
        case .exited: Situation.quitting.events + ends
        }
    }

    private var ends: [Event] {
        [.exited(1, .left), .exited(2, .left)]
    }

    /// No worker is overdue.
    private var tick: Event { .tick(heardUntil: Simulation.instant(0)) }

    /// Three workers that cannot boot, the last one spawned after a wait.
    private var failures: [Event] {
        [.exited(4, .failed), .exited(5, .failed), tick, tick, .exited(6, .failed)]
    }
}
