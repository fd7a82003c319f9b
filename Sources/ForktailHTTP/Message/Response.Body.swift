extension Response {
    /// The content of a response, RFC 9110 section 6.4.
    public enum Body {
        /// Bytes in memory.
        case bytes([UInt8])
        /// Text in UTF-8.
        case text(String)
        /// A part of an open file, which the kernel copies to the client.
        case file(FileRegion)
        /// Bytes made while they are sent.
        ///
        /// `next` is called whenever the client can take more, and returns nil at the end. It may
        /// wait: in class `event` it runs on a thread and delays no other client. An empty piece
        /// means that it has nothing yet: it is asked again after 20 ms and, in class `event`, uses
        /// no thread until then. `length` is how many bytes it gives in all; without it an HTTP/1.1
        /// client gets chunks. The connection is reset, so that the client does not mistake a part
        /// for the whole, if the stream throws, gives more or fewer bytes than its length, or only
        /// empty pieces for longer than `timeout`.
        case stream(length: UInt64?, next: () throws -> [UInt8]?)
        /// Bytes made while they are sent, with fields after them.
        ///
        /// An HTTP/1.0 client gets the bytes alone.
        case streamWithTrailers(Trailers, next: () throws -> [UInt8]?)
        /// Bytes that an asynchronous sequence gives; see `ByteSequence`.
        case sequence(ByteSequence)
        /// No body: the connection itself, which `serve` takes over after the head.
        ///
        /// `upgrade` is the protocol that is switched to; nil for the tunnel of a CONNECT. Use
        /// `Response.init(switchingTo:fields:serve:)` and `Response.init(tunnel:fields:)`.
        case connection(upgrade: String?, serve: (ByteStream) throws -> Void)

        /// How many bytes the body is; nil where that is known only at its end.
        package var length: UInt64? {
            switch self {
            case .bytes(let bytes): UInt64(bytes.count)
            case .text(let text): UInt64(text.utf8.count)
            case .file(let region): region.length
            case .stream(let length, _): length
            case .sequence(let sequence): sequence.length
            case .streamWithTrailers, .connection: nil
            }
        }

        /// The fields after the body; nil where there can't be any.
        package var trailers: Trailers? {
            switch self {
            case .streamWithTrailers(let trailers, _): trailers
            case .sequence(let sequence): sequence.trailers
            case .bytes, .text, .file, .stream, .connection: nil
            }
        }
    }
}
