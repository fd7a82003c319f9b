import ForktailConfiguration
import ForktailSystem

/// What the settings say of the files of Unix-domain sockets.
struct SocketFileSettings {
    /// The permission bits.
    let mode: UInt32
    /// The user; nil leaves the one of the process that makes the file.
    let user: UInt32?
    /// The group; nil leaves the one that the file system gives.
    let group: UInt32?

    /// Keeps user and group as they are.
    init(mode: UInt32) {
        self.mode = mode
        user = nil
        group = nil
    }

    /// Looks names up.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - workers: The user and the group of the workers, where the settings name them.
    /// - Throws: `UnknownName` with a name that does not exist.
    init(
        _ configuration: Configuration,
        workers: Credentials?
    ) throws(Credentials.UnknownName) {
        mode = configuration.socketMode
        user =
            try configuration.socketUser.map { name throws(Credentials.UnknownName) in
                try Credentials.userNumber(name, of: "socket_user")
            } ?? workers?.user
        group =
            try configuration.socketGroup.map { name throws(Credentials.UnknownName) in
                try Credentials.groupNumber(name, of: "socket_group")
            } ?? workers?.group
    }

    /// Gives them to a file, if it has others.
    func apply(to file: borrowing FileDescriptor) throws(Errno) {
        let status = try file.status()
        if status.owner != user ?? status.owner || status.group != group ?? status.group {
            try file.setOwner(user: user, group: group)
        }
        if status.mode != mode { try file.setMode(mode) }
    }
}
