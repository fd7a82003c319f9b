/// A connection that an application has taken over, as bytes in both directions.
///
/// Its calls block. While they wait for the client, the worker counts as alive.
public struct ByteStream {
    private let channel: any ByteChannel

    /// Makes a stream over a connection.
    package init(_ channel: any ByteChannel) {
        self.channel = channel
    }

    /// Waits for bytes of the client.
    ///
    /// - Parameters:
    ///   - count: the most bytes to return, 1 or more.
    ///   - limit: how long to wait.
    /// - Returns: at least one byte, or nil when the client has ended its side.
    /// - Throws: `ByteStreamError`; after `timedOut` and `stopping` the stream can still be used.
    public func read(
        upTo count: Int = 65_536,
        within limit: Duration
    ) throws(ByteStreamError) -> [UInt8]? {
        let bytes = try channel.read(upTo: max(count, 1), within: limit)
        return bytes.isEmpty ? nil : bytes
    }

    /// Sends all bytes, and waits until the kernel has taken them.
    ///
    /// - Throws: `ByteStreamError`; `timedOut` when the client takes nothing for `write_timeout`.
    public func write(_ bytes: [UInt8]) throws(ByteStreamError) {
        try channel.write(bytes)
    }
}

/// What a `ByteStream` reads from and writes to.
package protocol ByteChannel: AnyObject {
    /// Waits for bytes; none at the end.
    func read(upTo count: Int, within limit: Duration) throws(ByteStreamError) -> [UInt8]

    /// Sends all bytes.
    func write(_ bytes: [UInt8]) throws(ByteStreamError)
}

/// Why a `ByteStream` could not read or write.
public enum ByteStreamError: Error, Hashable, CustomStringConvertible {
    /// The client did nothing for too long.
    case timedOut
    /// The worker is about to stop: send a last message and return.
    case stopping
    /// The connection broke, for the reason given.
    case ended(reason: String)

    /// What happened, for the log.
    public var description: String {
        switch self {
        case .timedOut: "the client did nothing for too long"
        case .stopping: "the worker is stopping"
        case .ended(let reason): reason
        }
    }
}
