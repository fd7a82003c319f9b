/// The version of forktail: the one place where it stands.
///
/// `--version` and the first line of the log show it. Tests compare the man page, the change log,
/// the README's examples and the manifest with it.
package enum Version {
    /// The number, by semver.org.
    package static let number = "0.2.0"
    /// The day on which it was made, as the man page and the change log name it.
    package static let day = "2026-11-29"
}
