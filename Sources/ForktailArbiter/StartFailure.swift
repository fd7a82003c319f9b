import ForktailSystem

/// Why the arbiter cannot start, in words for the person who started it.
package struct StartFailure: Error, CustomStringConvertible {
    /// What failed, where and why.
    package let description: String
    /// The exit status that says so.
    package let status: CInt
    /// The error of the call that failed, where it was one.
    let errno: Errno?

    private init(_ description: String, _ status: CInt, _ errno: Errno? = nil) {
        self.description = description
        self.status = status
        self.errno = errno
    }

    /// An address or a file that is needed is not available.
    static func unavailable(_ description: String, _ errno: Errno? = nil) -> StartFailure {
        StartFailure(description, Sysexits.unavailable, errno)
    }

    /// The configuration names something that does not exist.
    static func configuration(_ description: String) -> StartFailure {
        StartFailure(description, Sysexits.configuration)
    }

    /// The system refused something that nobody configured.
    static func system(_ description: String, _ errno: Errno) -> StartFailure {
        StartFailure(description, Sysexits.system, errno)
    }

    /// The application could not be made in the arbiter.
    package static func application(_ description: String) -> StartFailure {
        StartFailure(description, Sysexits.software)
    }
}
