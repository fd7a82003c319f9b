import ForktailSystem

/// A file or directory in the list of a directory.
struct DirectoryEntry {
    let name: SystemString
    let isDirectory: Bool
    let size: UInt64
    let modified: WallClock

    /// Makes an entry; nil for what is neither a file nor a directory.
    init?(name: SystemString, status: FileStatus) {
        guard status.isRegular || status.isDirectory else { return nil }
        self.name = name
        isDirectory = status.isDirectory
        size = status.size
        modified = WallClock(secondsSince1970: status.modified.seconds)
    }
}

extension DirectoryEntry {
    /// The name as text: a byte that isn't UTF-8 as `\xe9`.
    var title: String { name.description }

    /// Says which comes first: directories do; then the names count, whatever their letter case.
    static func isInOrder(_ one: Self, _ other: Self) -> Bool {
        guard one.isDirectory == other.isDirectory else { return one.isDirectory }
        let (first, second) = (one.title.lowercased(), other.title.lowercased())
        return first == second ? one.title < other.title : first < second
    }
}
