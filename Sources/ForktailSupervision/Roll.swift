/// The replacement of the workers of one generation by those of another, slot after slot.
///
/// A slot that has lost its worker gets one of the generation in force as long as nothing is known
/// of the new one; once a worker of the new one has been ready, it gets one of that.
struct Roll: Equatable {
    /// What is known of the goal.
    enum Stage: Equatable {
        /// No worker of the goal has been ready; one at a time tries to boot.
        case unproven
        /// A worker of the goal has been ready.
        case proven
        /// A reload failed; the goal is the generation in force.
        case rollback
    }

    /// The generation that all workers shall be of.
    var goal: Generation
    var stage: Stage
    let startedAt: Instant

    /// Whether the goal may still be given up.
    var isTrial: Bool {
        switch stage {
        case .unproven, .proven: true
        case .rollback: false
        }
    }
}
