import Glibc

/// The environment of this process: environ(7).
package enum Environment {
    /// All variables as they are at this moment.
    package static func all() -> EnvironmentBlock {
        var entries: [SystemString] = []
        var entry = environ
        while let text = entry.pointee {
            entries.append(SystemString(cString: text))
            entry += 1
        }
        return EnvironmentBlock(entries)
    }

    /// The value of a variable as text, with a mark for each byte that isn't UTF-8: getenv(3).
    package static func value(of name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Sets a variable: setenv(3).
    package static func set(_ name: String, to value: String) {
        set(name, to: SystemString(value))
    }

    /// Sets a variable, or removes it where there is no value: setenv(3), unsetenv(3).
    package static func set(_ name: String, to value: SystemString?) {
        if let value {
            _ = value.withCString { setenv(name, $0, 1) }
        } else {
            unsetenv(name)
        }
    }
}
