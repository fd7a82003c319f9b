/// Where the control socket of a server is.
public enum ControlSocket: Hashable, Sendable {
    /// At the first place that there is, see `Configuration.controlSocketPath(environment:)`.
    case automatic
    /// There is none.
    case none
    /// At a path.
    case path(String)
}

/// What the place of a control socket depends on beside the settings.
package struct ControlSurroundings: Sendable {
    let environment: [String: SystemString]
    let programName: String
    let isRoot: Bool

    /// Notes the environment, the name of the program, and whether the process is root's.
    package init(environment: [String: SystemString], programName: String, isRoot: Bool) {
        self.environment = environment
        self.programName = programName
        self.isRoot = isRoot
    }
}

extension Configuration {
    /// The path of the control socket; nil where there is none.
    ///
    /// Unless the settings say it, that is `control.sock` in the directory that systemd has made for
    /// the service, else beside the pidfile and named like it, else `sharedControlPath`.
    package func controlSocketPath(_ surroundings: ControlSurroundings) -> String? {
        switch controlSocket {
        case .none: return nil
        case .path(let path): return path
        case .automatic: break
        }
        let environment = surroundings.environment
        if let directory = Self.directory("RUNTIME_DIRECTORY", environment) {
            return directory + "/control.sock"
        }
        if let pidfile {
            let stem = pidfile.hasSuffix(".pid") ? String(pidfile.dropLast(4)) : pidfile
            return stem + ".control.sock"
        }
        return sharedControlPath(surroundings)
    }

    /// The path in a directory that other servers use, too, named like the processes, or like the
    /// program where the settings have no name for them: /run for root, else the directory of the
    /// user's session.
    ///
    /// Root's own session has another directory than a service that root has started, and it ends.
    package func sharedControlPath(_ surroundings: ControlSurroundings) -> String? {
        let directory =
            surroundings.isRoot
            ? "/run" : Self.directory("XDG_RUNTIME_DIR", surroundings.environment)
        let name = (procName == Configuration().procName ? surroundings.programName : procName)
            .map { $0 == "/" || $0 == " " ? "-" : $0 }
        return directory.map { $0 + "/\(String(name)).control.sock" }
    }

    /// The first absolute path that a variable names, without a slash at its end.
    private static func directory(
        _ variable: String,
        _ environment: [String: SystemString]
    ) -> String? {
        // systemd names several with colons between.
        guard let value = environment[variable]?.text?.split(separator: ":").first,
            value.hasPrefix("/")
        else { return nil }
        return value.hasSuffix("/") ? String(value.dropLast()) : String(value)
    }
}
