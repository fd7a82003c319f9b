/// How files are served: by the built-in application `files`, and by `StaticFiles` of a program.
///
/// `FileOptions()` holds the defaults, which are those of the settings `files.…`.
public struct FileOptions: Sendable, Equatable {
    /// The names of the files that answer for their directory; the first that is there does.
    public var index = ["index.html"]
    /// Whether a directory without such a file is answered with a list of its files.
    public var listing = false
    /// The values of Cache-Control by path; the first rule that fits holds.
    public var cacheControl: [CacheRule] = []
    /// The codings whose files may stand beside the originals, the best first.
    public var precompressed: [Precompression] = []
    /// Which symbolic links are followed.
    public var symlinks = SymlinkPolicy.within
    /// Whether what has a name that begins with a dot is served.
    ///
    /// A directory `.well-known` at the top (RFC 8615) is served in any case.
    public var dotFiles = false
    /// The files that are shown for errors, by status: paths below the directory.
    ///
    /// Statuses other than those of `errorStatuses` are never looked up.
    public var errorPages: [Int: String] = [:]
    /// A file with media types in the notation of /etc/mime.types; nil for the built-in ones alone.
    ///
    /// Its types are put over the built-in ones. The default may be missing.
    public var mimeTypes: String? = defaultMimeTypes
    /// The charset that Content-Type names for texts; nil for none.
    public var charset: String? = "utf-8"
    /// How long an open file is used before it is checked again; nil to open it each time.
    ///
    /// For that long a file that was replaced or removed may still be sent as it was, and one that
    /// was changed in place may be sent with its earlier validators. A file that became shorter
    /// cuts the connection, so that the response does not look complete.
    public var openCacheAge: Duration? = .seconds(1)
    /// How many paths are kept open at most, each with its precompressed neighbours.
    public var openCacheSize = 256

    /// Creates the options that hold where nothing is set.
    public init() {}

    /// The statuses that come from serving files.
    public static let errorStatuses = [403, 404, 405, 412, 416, 501, 503]

    /// Where the system keeps its media types.
    public static let defaultMimeTypes = "/etc/mime.types"
}
