/// The effective settings, and where each came from.
package struct LoadedConfiguration: Sendable {
    /// The effective settings.
    package let configuration: Configuration
    /// The path of the configuration file as it was given, or `nil` where there is none.
    package let file: String?
    private let origins: [String: Origin]

    init(configuration: Configuration, file: String?, origins: [String: Origin]) {
        self.configuration = configuration
        self.file = file
        self.origins = origins
    }

    /// Returns where the value of a setting came from, given its name as the file spells it, such
    /// as `files.root`.
    package func origin(of setting: String) -> Origin {
        origins[setting] ?? .default
    }
}
