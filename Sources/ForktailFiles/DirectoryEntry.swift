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

extension DirectoryEntry {
    /// Says which comes first: directories do; then the names count, whatever their letter case.
    static func isInOrder(_ one: Self, _ other: Self) -> Bool {
        guard one.isDirectory == other.isDirectory else { return one.isDirectory }
        let (first, second) = (one.name.lowercased(), other.name.lowercased())
        return first == second ? one.name < other.name : first < second
    }
}
