/// Where the control socket of a server is.
public enum ControlSocket: Hashable, Sendable {
    /// At the first place that there is, see `Configuration.controlSocketPath(environment:)`.
    case automatic
    /// There is none.
    case none
    /// At a path.
    case path(String)
}

extension Configuration {
    /// The path of the control socket; nil where there is none.
    ///
    /// Unless the settings say it, that is `control.sock` in the directory that systemd has made for
    /// the service, else beside the pidfile and named like it, else in the directory of the user's
    /// session and named like the processes.
    package func controlSocketPath(environment: [String: SystemString]) -> String? {
        switch controlSocket {
        case .none: return nil
        case .path(let path): return path
        case .automatic: break
        }
        if let directory = Self.directory("RUNTIME_DIRECTORY", environment) {
            return directory + "/control.sock"
        }
        if let pidfile {
            let stem = pidfile.hasSuffix(".pid") ? String(pidfile.dropLast(4)) : pidfile
            return stem + ".control.sock"
        }
        return Self.directory("XDG_RUNTIME_DIR", environment).map { directory in
            let name = procName.map { $0 == "/" || $0 == " " ? "-" : $0 }
            return directory + "/\(String(name)).control.sock"
        }
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
