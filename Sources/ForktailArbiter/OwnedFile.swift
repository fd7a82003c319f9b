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
    /// addresses, and where no socket is there any more.
    init?(of address: BindAddress) {
        guard case .unix(let path) = address,
            let status = try? FilePlace.find(SystemString(path)).status(), status.isSocket
        else { return nil }
        self.init(path: path, identity: status.identity)
    }

    /// Whether the path leads to the file.
    var isInPlace: Bool {
        (try? FilePlace.find(SystemString(path)).status())?.identity == identity
    }

    /// Gives the file of a socket the mode and owner of the settings, if it is still there.
    func apply(_ settings: SocketFileSettings) throws(Errno) {
        guard isInPlace else { return }
        do throws(FileFailure) {
            let file = try FilePlace.find(SystemString(path)).openSocketFile()
            try fileCall { () throws(Errno) in
                // Another process may have put its own file there.
                if try file.status().identity == identity { try settings.apply(to: file) }
            }
        } catch {
            throw error.errno
        }
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
