import ForktailConfiguration
import ForktailSystem

/// A file that this process has made, known by its inode.
struct OwnedFile {
    let path: String
    let identity: FileStatus.Identity

    init(path: String, identity: FileStatus.Identity) {
        self.path = path
        self.identity = identity
    }

    /// Takes over the file of a Unix-domain socket from the process that has made it; nil for other
    /// addresses.
    init?(of address: BindAddress) throws(Errno) {
        guard case .unix(let path) = address else { return nil }
        self.init(path: path, identity: try FileSystem.status(of: path).identity)
    }

    /// Removes the file if the path still leads to it.
    func remove() {
        do throws(FileFailure) {
            try FilePlace.find(SystemString(path)).remove(identity)
        } catch {
            // A file that is gone, or that the path does not lead to any more, is not removed.
        }
    }
}
