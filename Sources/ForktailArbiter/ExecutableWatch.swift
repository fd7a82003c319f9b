import ForktailSystem

/// The file of the executable, of which a new version is found once it was written.
struct ExecutableWatch {
    /// What tells one version of the file from another; the number of its names does not.
    struct Version: Equatable {
        let identity: FileStatus.Identity
        let size: UInt64
        let modified: Int64

        /// The version that is at a path; nil where there is no regular file.
        init?(behind path: SystemString) {
            guard let status = try? FileSystem.status(behind: path), status.isRegular else {
                return nil
            }
            identity = status.identity
            size = status.size
            modified = status.version.modified
        }
    }

    /// The version that runs, or was the last to be found.
    private var known: Version?
    /// The version at the last look.
    private var last: Version?

    /// Begins with the version that runs.
    init(_ version: Version?) {
        known = version
        last = version
    }

    /// Looks at the file.
    ///
    /// - Parameter version: What is there; a linker may have removed it for a moment.
    /// - Returns: Whether it is a version that was not found yet, and has not changed since the last
    ///   look, as a file does that is being written.
    mutating func findsNew(_ version: Version?) -> Bool {
        defer { last = version }
        guard let version, version == last, version != known else { return false }
        known = version
        return true
    }

    /// Whether the last look has found what is known.
    var isSettled: Bool { last == known }

    /// Makes the next look find the version that is there.
    mutating func forget() { known = nil }
}
