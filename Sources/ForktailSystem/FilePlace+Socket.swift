import CForktail
import Glibc

extension FilePlace {
    /// Makes a Unix-domain socket and its file, which belongs to this process and which no process
    /// may connect to before its mode is set: socket(2), bind(2).
    ///
    /// - Throws: `.addressInUse` where there is something already.
    package func bindSocket() throws(FileFailure) -> FileDescriptor {
        try fileCall { () throws(Errno) in try Socket.bind(to: address(), fileMode: 0) }
    }

    /// The process that listens here; nil where none does, 0 where the kernel doesn't tell.
    package func listener() throws(FileFailure) -> ProcessID? {
        try fileCall { () throws(Errno) in try Socket.listener(at: address()) }
    }

    /// The address of a socket here.
    ///
    /// bind(2) and connect(2) know paths only; this one begins at the open directory: proc(5).
    private func address() throws(Errno) -> SocketAddress {
        let directory = SystemString("/proc/self/fd/\(directory.rawValue)")
        return try SocketAddress(path: name.path(in: directory))
    }

    /// Opens the file of a socket to change its owner and mode: open(2) O_PATH.
    ///
    /// - Throws: `.notSocket` where there is something else, also a second name of a socket.
    package func openSocketFile() throws(FileFailure) -> FileDescriptor {
        try fileCall { () throws(Errno) in
            let number = try check {
                name.withCString { forktail_open_place(directory.rawValue, $0) }
            }
            let file = FileDescriptor(owning: number)
            let status = try file.status()
            guard status.isSocket, status.linkCount == 1 else { throw .notSocket }
            return file
        }
    }
}

extension FileDescriptor {
    /// Gives the file to a user and a group; nil leaves either as it is: fchownat(2).
    package func setOwner(user: UInt32?, group: UInt32?) throws(Errno) {
        try check { forktail_set_owner(rawValue, user ?? .max, group ?? .max) }
    }

    /// Sets the permission bits of the file, which may be open with O_PATH: fchmodat2(2), chmod(2).
    package func setMode(_ mode: UInt32) throws(Errno) {
        try check { forktail_set_mode(rawValue, mode) }
    }
}
