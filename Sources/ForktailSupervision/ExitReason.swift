/// Why the arbiter exits.
package enum ExitReason: Hashable, Sendable {
    /// It was asked to.
    case stopped
    /// The workers of the first generation could not boot.
    case bootFailed

    /// The exit status of the process, one of `sysexits.h`.
    package var status: Int32 {
        switch self {
        case .stopped: 0
        case .bootFailed: 70
        }
    }
}
