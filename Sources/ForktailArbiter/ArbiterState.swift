import ForktailSystem

/// Whether another arbiter has the same listeners, and how far a stop has come.
///
/// It is one value, so that it holds no contradiction: no upgrade is under way while the arbiter
/// stops, and nothing is drained before it stops.
enum ArbiterState {
    /// No other arbiter has the listeners.
    case alone
    /// An upgrade has begun: the new executable checks the configuration.
    case checking(ProcessID)
    /// The new arbiter boots its workers, and will report that they are ready.
    case starting(ProcessID, ArbiterLine)
    /// Another arbiter serves the same listeners.
    case beside(OtherArbiter)
    /// A stop was asked for. Workers are spawned until the delay of the stop is over, which is when
    /// the queues begin to be drained.
    case stopping(OtherArbiter?, QueueDrain?)

    /// Whether a stop was asked for.
    var isStopping: Bool {
        switch self {
        case .alone, .checking, .starting, .beside: false
        case .stopping: true
        }
    }

    /// The other arbiter that serves the same listeners.
    var other: OtherArbiter? {
        switch self {
        case .alone, .checking, .starting: nil
        case .beside(let other): other
        case .stopping(let other, _): other
        }
    }

    /// The arbiter that has started this one, while it lives.
    var predecessor: ProcessID? {
        guard let other, other.role == .predecessor else { return nil }
        return other.process
    }

    /// The process of an upgrade, at any step of it.
    var successor: ProcessID? {
        switch self {
        case .checking(let process), .starting(let process, _): return process
        case .alone, .beside, .stopping:
            guard let other, other.role == .successor else { return nil }
            return other.process
        }
    }

    /// The line on which the new arbiter will report that it serves.
    var awaitedLine: ArbiterLine? {
        switch self {
        case .starting(_, let line): line
        case .alone, .checking, .beside, .stopping: nil
        }
    }

    /// The queues that are being drained.
    var drain: QueueDrain? {
        switch self {
        case .stopping(_, let drain): drain
        case .alone, .checking, .starting, .beside: nil
        }
    }

    /// Enters the stop.
    mutating func beginStop() {
        self = .stopping(other, drain)
    }

    /// Sets the queues that are left to be drained.
    mutating func drain(_ drain: QueueDrain) {
        self = .stopping(other, drain)
    }

    /// Notes that the other arbiter was told to stop, too.
    mutating func noteOtherStops() {
        guard var other else { return }
        other.isStopping = true
        replaceOther(with: other)
    }

    /// Notes that the other arbiter, or the process of an upgrade, has ended.
    mutating func removeOther() {
        replaceOther(with: nil)
    }

    private mutating func replaceOther(with other: OtherArbiter?) {
        switch self {
        case .alone, .checking, .starting, .beside: self = other.map(Self.beside) ?? .alone
        case .stopping(_, let drain): self = .stopping(other, drain)
        }
    }
}

/// Another arbiter that serves the same listeners.
struct OtherArbiter {
    /// What it is to this arbiter.
    enum Role {
        /// It has started this arbiter to take its place.
        case predecessor
        /// This arbiter has started it, by an upgrade.
        case successor
    }

    let process: ProcessID
    /// The line between the two.
    let line: ArbiterLine
    let role: Role
    /// Whether it was told to stop, so that this arbiter has to drain the queues.
    var isStopping = false
    /// Whether its workers may be programs, which share the listeners; not known of a successor.
    var mayRunPrograms = true
}
