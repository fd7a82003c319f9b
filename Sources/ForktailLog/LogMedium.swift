import ForktailSystem
import Synchronization

/// What a log is written to, which says how to write without waiting, and how long a line may be.
enum LogMedium: UInt8, AtomicRepresentable {
    /// A regular file: a write waits for no reader.
    case file
    case pipe
    /// A terminal, or another device.
    case device
    /// A pipe whose open file blocks, since it can't be opened a second time.
    case blockingPipe
    /// A terminal or another device whose open file blocks.
    case blockingDevice
    /// A socket, such as the journal's.
    case socket

    /// Finds out what a descriptor stands for.
    init(of descriptor: borrowing FileDescriptor) throws(Errno) {
        let status = try descriptor.status()
        let blocks = try !descriptor.isNonBlocking()
        self =
            switch (status.isRegular, status.isSocket, status.isPipe) {
            case (true, _, _): .file
            case (_, true, _): .socket
            case (_, _, true): blocks ? .blockingPipe : .pipe
            case (_, _, false): blocks ? .blockingDevice : .device
            }
    }

    /// Whether a descriptor that doesn't block must replace this one.
    var blocks: Bool {
        switch self {
        case .blockingPipe, .blockingDevice: true
        case .file, .pipe, .device, .socket: false
        }
    }

    /// The longest line, with its newline, that is taken as a whole or not at all.
    var lineLimit: Int {
        switch self {
        case .pipe, .blockingPipe: Pipe.atomicSize
        // A Unix-domain socket takes such a piece as one buffer; journald's own limit is 48 KiB.
        case .socket: 32_768
        case .file, .device, .blockingDevice: .max
        }
    }

    /// Writes what can be written without waiting for a reader.
    ///
    /// - Throws: `.wouldBlock` when that is nothing.
    func write(
        _ bytes: UnsafeRawBufferPointer,
        to descriptor: borrowing FileDescriptor
    ) throws(Errno) -> Int {
        switch self {
        case .file, .pipe, .device: try descriptor.write(bytes)
        case .blockingPipe, .blockingDevice: try descriptor.writeWithoutWaiting(bytes)
        case .socket: try descriptor.sendWithoutWaiting(bytes)
        }
    }
}
