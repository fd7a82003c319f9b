/// A command that can be refused.
package enum Command: Hashable, Sendable {
    /// SIGHUP.
    case reload
    /// SIGTTIN.
    case addWorker
    /// SIGTTOU.
    case removeWorker
    /// SIGWINCH.
    case retireAll
    /// SIGUSR2.
    case upgrade
}
