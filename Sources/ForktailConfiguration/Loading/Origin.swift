/// Where a setting's effective value came from.
package enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// No source set it.
    case `default`
    /// A line of the configuration file.
    case file(path: String, line: Int)
    /// A variable of the environment.
    case environment(String)
    /// A flag of the command line.
    case flag(String)

    /// The origin as `--print-config` shows it.
    package var description: String {
        switch self {
        case .default: "default"
        case .file(let path, let line): "file \(path):\(line)"
        case .environment(let name): "environment \(name)"
        case .flag(let name): "flag \(name)"
        }
    }
}
