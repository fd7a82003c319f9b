/// A path at which a command looks for the control socket of a server.
package struct ControlPlace: Hashable, Sendable {
    /// The path.
    package let path: String
    /// The settings file, from the root or the working directory, that the server there must have
    /// been started with; nil where any server is meant.
    package let file: SystemString?

    /// The places in the order in which they are tried: where the settings have it, and, where they
    /// leave it to forktail, where the shipped units have it.
    ///
    /// A file names its own service only: a command for one that is down must not reach another.
    /// So the server at a path that other servers may have, too, is asked for its file. Settings
    /// with mistakes may hide a path: of those only a server with the same file is meant.
    package static func all(
        _ loaded: LoadedConfiguration,
        hasMistakes: Bool,
        _ surroundings: ControlSurroundings
    ) -> [ControlPlace] {
        let configuration = loaded.configuration
        let first = configuration.controlSocketPath(surroundings)
        guard configuration.controlSocket == .automatic else {
            return first.map { [ControlPlace(path: $0, file: nil)] } ?? []
        }
        if hasMistakes, loaded.file == nil { return [] }
        var paths = [first].compactMap(\.self)
        let file = loaded.file?.description.split(separator: "/").last.map(String.init)
        let unit = file.flatMap { $0.hasSuffix(".toml") ? String($0.dropLast(5)) : nil }
        if let service = loaded.file == nil ? surroundings.programName : unit {
            paths.append("/run/\(service)/control.sock")
        }
        let shared = configuration.sharedControlPath(surroundings)
        return paths.enumerated().filter { !paths[..<$0].contains($1) }.map { _, path in
            ControlPlace(path: path, file: hasMistakes || path == shared ? loaded.file : nil)
        }
    }
}
