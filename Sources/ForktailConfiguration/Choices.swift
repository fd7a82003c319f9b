// Settings that are one of a few words.

/// The layout of an error log line.
public enum LogFormat: String, CaseIterable, Sendable {
    /// A line for people: time, process id, level, message.
    case text
    /// One JSON object a line, for machines.
    case json
}

/// How request fields whose name has an underscore are treated.
public enum HeaderMapping: String, CaseIterable, Sendable {
    /// The application does not see them.
    case drop
    /// A request with one is refused.
    case refuse
    /// They are fields like any other.
    case keep
}

/// Whether connections begin with a PROXY header, and of which version.
public enum ProxyProtocol: String, CaseIterable, Sendable {
    /// They begin with a request.
    case off
    /// With a line of text.
    case v1
    /// With a binary block.
    case v2
    /// With either.
    case auto
}

/// Where the ids of requests come from.
public enum RequestIDs: String, CaseIterable, Sendable {
    /// There are none.
    case off
    /// The worker makes them.
    case generate
    /// A trusted peer may send them; the worker makes the others.
    case trust
}

/// Which symbolic links below a directory of files are followed.
public enum SymlinkPolicy: String, CaseIterable, Sendable {
    /// None: neither a file nor a directory on the way to it may be one.
    case never
    /// Those that lead to what is below the directory, too; an absolute one never does.
    case within
}

/// A content coding in which files may lie beside their originals, RFC 9110 section 8.4.1.
public enum Precompression: String, CaseIterable, Sendable {
    /// Brotli, RFC 7932.
    case br
    /// Zstandard, RFC 8878.
    case zstd
    /// RFC 1952.
    case gzip

    /// What the file's name has behind that of the original.
    public var suffix: String {
        switch self {
        case .br: ".br"
        case .zstd: ".zst"
        case .gzip: ".gz"
        }
    }
}
