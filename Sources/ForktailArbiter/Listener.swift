import ForktailConfiguration
import ForktailSystem

/// A bound, listening socket.
///
/// The arbiter holds it for as long as any settings name it, so that no
/// queued connection is lost with a worker.
final class Listener {
    /// The address as the settings spell it.
    let address: BindAddress
    let socket: FileDescriptor
    /// The address that it really has, for log lines: `http://127.0.0.1:8000`.
    let url: String
    /// The socket file that is ours to remove.
    private let file: OwnedFile?

    init(
        address: BindAddress,
        socket: consuming FileDescriptor,
        url: String,
        file: OwnedFile?
    ) {
        self.address = address
        self.socket = socket
        self.url = url
        self.file = file
    }

    /// Removes the socket's file, unless another process has put its own in its place.
    func removeFile() {
        file?.remove()
    }
}
