/// Every mistake that was found in the settings and on the command line.
package struct ConfigurationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The mistakes, at least one: those of the file, of the environment, of the command line.
    package let problems: [Problem]

    /// The status to exit with, from `sysexits.h`: 64 after wrong usage, else 78.
    package var exitStatus: Int32 {
        problems.contains { $0.place == .usage } ? 64 : 78
    }

    /// The mistakes, one a line.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
