/// How a process ended, as `waitpid(2)` tells it.
package enum ExitStatus: Hashable, Sendable {
    /// It called `exit(3)` with the code.
    case exited(code: Int32)
    /// A signal ended it.
    case signaled(number: Int32, coreDumped: Bool)
}
