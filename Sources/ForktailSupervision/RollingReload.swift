/// The replacement of the workers of one generation by those of another, slot after slot.
///
/// A slot that has lost its worker gets one of the generation in force until a worker of the new
/// generation has been ready; then it gets one of that.
struct RollingReload: Equatable {
    /// What is known of the target.
    enum Stage: Equatable {
        /// No worker of the target has been ready; one at a time tries to boot.
        case unproven
        /// A worker of the target has been ready.
        case proven
        /// A reload has failed; the target is the generation in force.
        case rollback
    }

    /// The generation that all workers will have in the end.
    var target: Generation
    var stage: Stage
    let startedAt: Instant

    /// Whether the target may still be given up.
    var isTrial: Bool {
        switch stage {
        case .unproven, .proven: true
        case .rollback: false
        }
    }
}
