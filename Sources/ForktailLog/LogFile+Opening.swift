import ForktailSystem

extension LogFile {
    /// Opens the file of a log for appending, or makes it.
    ///
    /// Clients choose what a log says, so root must not be led to another file: it follows no
    /// symbolic link of another user, and opens no file that another user may have put in its place.
    ///
    /// - Parameter path: The path from the root.
    /// - Returns: The open file.
    /// - Throws: What the system says, or what is not safe.
    static func open(_ path: SystemString) throws(FileFailure) -> FileDescriptor {
        do throws(FileFailure) {
            return try FilePlace.find(path, followingLastLink: true).openForAppending()
        } catch  where error.errno == .noDevice {
            throw FileFailure(
                .noDevice,
                "a socket, or a FIFO that no process reads, can't be opened; `-` logs to the "
                    + "standard stream, whatever that is"
            )
        }
    }
}
