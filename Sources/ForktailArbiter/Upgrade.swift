import ForktailSystem

/// The arbiter that is being started to take this one's place.
struct Upgrade {
    enum Phase {
        /// The new executable checks the configuration.
        case checking
        /// It boots its workers, and will tell when they are ready.
        case starting(ArbiterLine)
        /// It serves beside this arbiter.
        case serving(ArbiterLine)
    }

    let process: ProcessID
    var phase: Phase

    /// Whether there is a new arbiter that may go on without this one.
    var isServing: Bool {
        switch phase {
        case .checking, .starting: false
        case .serving: true
        }
    }

    /// What to wait for, or -1.
    var descriptor: CInt {
        switch phase {
        case .starting(let line): line.descriptor
        case .checking, .serving: -1
        }
    }

    /// The line to the new arbiter, while both serve.
    var line: ArbiterLine? {
        switch phase {
        case .checking, .starting: nil
        case .serving(let line): line
        }
    }

    /// Takes note of what the new arbiter says: whether it has just begun to serve.
    mutating func followReport() -> Bool {
        guard case .starting(let line) = phase, line.hasReported() else { return false }
        phase = .serving(line)
        return true
    }
}
