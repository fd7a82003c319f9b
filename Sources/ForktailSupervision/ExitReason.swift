/// Why the arbiter exits.
package enum ExitReason: Hashable, Sendable {
    /// It was asked to.
    case stopped
    /// The workers of the first generation could not boot.
    case bootFailed

    /// The code to exit with.
    package var exitCode: ExitCode {
        switch self {
        case .stopped: .success
        case .bootFailed: .bootFailed
        }
    }
}
