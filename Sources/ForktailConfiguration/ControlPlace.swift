/// A path at which a command looks for the control socket of a server.
package struct ControlPlace: Hashable, Sendable {
    /// The path.
    package let path: String

    /// The places in the order in which they are tried: where the settings have it, and, where they
    /// leave it to forktail, where the shipped units have it.
    ///
    /// A file names its own service only: a command for one that is down must not reach another.
    package static func all(
        _ loaded: LoadedConfiguration,
        _ environment: [String: SystemString]
    ) -> [ControlPlace] {
        let configuration = loaded.configuration
        var paths = [configuration.controlSocketPath(environment: environment)].compactMap(\.self)
        if configuration.controlSocket == .automatic {
            let file = loaded.file?.description.split(separator: "/").last.map(String.init)
            let unit = file.flatMap { $0.hasSuffix(".toml") ? String($0.dropLast(5)) : nil }
            if let service = loaded.file == nil ? "forktail" : unit {
                paths.append("/run/\(service)/control.sock")
            }
        }
        return paths.enumerated().filter { !paths[..<$0].contains($1) }.map {
            ControlPlace(path: $1)
        }
    }
}
