/// Why the arbiter cannot start, in words for the person who started it.
package struct StartFailure: Error, CustomStringConvertible {
    /// What failed, where and why.
    package let description: String
    /// The exit status that says so.
    package let status: CInt

    /// An address or a file that is needed is not available.
    static func unavailable(_ description: String) -> StartFailure {
        StartFailure(description: description, status: Sysexits.unavailable)
    }

    /// The configuration names something that does not exist.
    static func configuration(_ description: String) -> StartFailure {
        StartFailure(description: description, status: Sysexits.configuration)
    }

    /// The system refused something that nobody configured.
    static func system(_ description: String) -> StartFailure {
        StartFailure(description: description, status: Sysexits.system)
    }

    /// The application could not be made in the arbiter.
    package static func application(_ description: String) -> StartFailure {
        StartFailure(description: description, status: Sysexits.software)
    }
}
