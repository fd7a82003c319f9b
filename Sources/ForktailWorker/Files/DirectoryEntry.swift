import ForktailSystem

/// A file or directory in the list of a directory.
struct DirectoryEntry {
    let name: String
    let isDirectory: Bool
    let size: UInt64
    let modified: WallClock

    /// Makes an entry; nil for what is neither a file nor a directory.
    init?(name: String, status: FileStatus) {
        guard status.isRegular || status.isDirectory else { return nil }
        self.name = name
        isDirectory = status.isDirectory
        size = status.size
        modified = WallClock(secondsSince1970: status.modified.seconds)
    }
}

extension DirectoryEntry: Comparable {
    /// Directories come first; then the names count.
    static func < (one: Self, other: Self) -> Bool {
        one.isDirectory == other.isDirectory ? one.name < other.name : one.isDirectory
    }

    static func == (one: Self, other: Self) -> Bool {
        one.isDirectory == other.isDirectory && one.name == other.name
    }
}
