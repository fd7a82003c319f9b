import ForktailSupervision

/// What is known of a stop, in milliseconds since boot.
struct StopBook {
    /// 1 graceful, 2 quick, 3 and more killing.
    var urgency: Int
    /// Whether another arbiter had the same listeners when it began.
    let isShared: Bool
    let askedAt: Int
    /// Until when the workers serve on, if they do.
    var delayedUntil: Int?
    /// When new connections were no longer admitted.
    var drainedAt: Int?
    /// The programs of which one has to serve until the queues are empty.
    var candidates: [WorkerID] = []
    /// Whether the supervisor knows that they are empty.
    var queuesAreEmpty = false

    init(_ mode: StopMode, isShared: Bool, at now: Int) {
        urgency = mode == .quick ? 2 : 1
        self.isShared = isShared
        askedAt = now
    }

    /// Whether the workers serve on for the time being.
    var isDelaying: Bool {
        delayedUntil != nil && drainedAt == nil
    }

    /// Whether a program has to stay that serves the queues.
    var needsDrainer: Bool {
        drainedAt != nil && urgency == 1 && !queuesAreEmpty && !candidates.isEmpty
    }

    /// When the workers were, or will be, told to leave.
    var leaveAt: Int {
        drainedAt ?? delayedUntil ?? askedAt
    }
}
