import Glibc

/// The environment of this process: environ(7).
package enum Environment {
    /// All variables as they are at this moment.
    package static func all() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            if parts.count == 2 {
                variables[String(parts[0])] = String(parts[1])
            }
            entry += 1
        }
        return variables
    }

    /// The value of a variable: getenv(3).
    package static func value(of name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Sets a variable, or removes it where there is no value: setenv(3), unsetenv(3).
    package static func set(_ name: String, to value: String?) {
        if let value {
            setenv(name, value, 1)
        } else {
            unsetenv(name)
        }
    }
}
