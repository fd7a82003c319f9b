import ForktailSystem

/// A file that this process has made, known by its inode.
struct OwnedFile {
    let path: String
    let identity: FileStatus.Identity

    /// Removes the file if the path still stands for it.
    func remove() {
        // A path that is gone or can't be looked at is not ours to remove.
        guard let status = try? FileSystem.status(of: path), status.identity == identity else {
            return
        }
        try? FileSystem.remove(path)
    }
}
