/// The code with which a process of forktail exits: the one place that knows the numbers, which
/// are those of sysexits.h.
package enum ExitCode: Int32, Sendable {
    /// It stopped as it was asked to.
    case success = 0
    /// Wrong usage of the command line: EX_USAGE.
    case usage = 64
    /// An address or a file that is needed is not available: EX_UNAVAILABLE.
    case unavailable = 69
    /// A worker can't boot; an arbiter has no worker that could: EX_SOFTWARE.
    case bootFailed = 70
    /// The system refused something: EX_OSERR.
    case systemError = 71
    /// It makes no sense for now: EX_TEMPFAIL.
    case refused = 75
    /// Only another user may do that: EX_NOPERM.
    case noPermission = 77
    /// Wrong configuration: EX_CONFIG.
    case configuration = 78
}
