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
