import ForktailSupervision

/// The other arbiter with the same listeners, as the world knows it.
enum Companion {
    case none
    case starting
    case running
    case predecessor
    case stopping

    var sharesListeners: Bool {
        self == .running || self == .predecessor
    }

    /// What it is after the event.
    func after(_ event: Event) -> Companion {
        switch (self, event) {
        case (.starting, .upgradeStarted): .running
        case (.running, .otherArbiterStops), (.predecessor, .otherArbiterStops): .stopping
        case (.starting, .upgradeFailed), (.running, .upgradeExited): .none
        case (.predecessor, .predecessorExited): .none
        case (.stopping, .upgradeExited), (.stopping, .predecessorExited): .none
        default: self
        }
    }
}
