import ForktailSystem
package import ForktailValues

/// Why the arbiter cannot start.
package struct StartFailure: Error, CustomStringConvertible {
    /// What failed, where and why.
    package let description: String
    /// The code to exit with.
    package let exitCode: ExitCode
    /// The error of the call that failed, where it was one.
    let errno: Errno?

    private init(_ description: String, _ exitCode: ExitCode, _ errno: Errno? = nil) {
        self.description = description
        self.exitCode = exitCode
        self.errno = errno
    }

    /// The same failure of another setting.
    func renamed(from old: String, to new: String) -> StartFailure {
        StartFailure(description.replacing(old, with: new), exitCode, errno)
    }

    /// An address or a file that is needed is not available.
    static func unavailable(_ description: String, _ errno: Errno? = nil) -> StartFailure {
        StartFailure(description, .unavailable, errno)
    }

    /// The configuration names something that does not exist.
    static func configuration(_ description: String) -> StartFailure {
        StartFailure(description, .configuration)
    }

    /// The system refused a call that no setting asks for.
    static func system(_ description: String, _ errno: Errno) -> StartFailure {
        StartFailure(description + errno.limitAdvice, .systemError, errno)
    }

    /// The application could not be made in the arbiter.
    package static func application(_ description: String) -> StartFailure {
        StartFailure(description, .bootFailed)
    }
}
