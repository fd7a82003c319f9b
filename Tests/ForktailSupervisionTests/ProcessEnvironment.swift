import Glibc

/// The environment of the test process.
enum ProcessEnvironment {
    static func value(of name: String) -> String? {
        // SAFETY: the tests never change the environment, so the string stays where it is.
        getenv(name).map { String(cString: $0) }
    }
}
