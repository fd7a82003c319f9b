import Glibc

/// The environment of the test process.
package enum ProcessEnvironment {
    /// Returns what a variable says; nil where there is none (`getenv(3)`).
    package static func value(of name: String) -> String? {
        // SAFETY: the tests never change the environment, so the string stays where it is.
        getenv(name).map { String(cString: $0) }
    }
}
