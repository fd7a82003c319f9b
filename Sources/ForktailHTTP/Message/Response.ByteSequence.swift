extension Response {
    /// A body of pieces that an asynchronous sequence gives, one whenever the client can take more.
    ///
    /// In class `event` it uses no thread while it waits. The connection is reset, so that the client
    /// does not mistake a part for the whole, if the sequence throws, gives more or fewer bytes than
    /// its length, or no piece for longer than `timeout`.
    public final class ByteSequence {
        /// How many bytes it gives in all; nil where an HTTP/1.1 client gets chunks.
        public let length: UInt64?
        /// The fields after the body; they need a body without a length.
        public let trailers: Trailers?
        private let makePiece: () async throws -> [UInt8]?

        /// Makes a body of a sequence.
        ///
        /// - Parameters:
        ///   - pieces: The bytes.
        ///   - length: How many bytes they are in all, if it is known.
        ///   - trailers: The fields after them; without a length only.
        public init<Pieces: AsyncSequence>(
            _ pieces: Pieces,
            length: UInt64? = nil,
            trailers: Trailers? = nil
        ) where Pieces.Element: Sequence<UInt8> {
            var iterator = pieces.makeAsyncIterator()
            self.length = trailers == nil ? length : nil
            self.trailers = trailers
            makePiece = {
                while let piece = try await iterator.next() {
                    let bytes = Array(piece)
                    if !bytes.isEmpty { return bytes }
                }
                return nil
            }
        }

        /// Returns the next bytes, at least one; nil at the end.
        package func next() async throws -> [UInt8]? { try await makePiece() }
    }

    /// Makes a response of the pieces of an asynchronous sequence; see `ByteSequence`.
    ///
    /// - Parameters:
    ///   - contentType: The media type, RFC 9110 section 8.3.
    ///   - status: 200 unless given.
    ///   - pieces: The bytes.
    ///   - length: How many bytes they are in all, if it is known.
    ///   - trailers: The fields after them; without a length only.
    public init<Pieces: AsyncSequence>(
        contentType: String,
        status: Status = .ok,
        sequence pieces: Pieces,
        length: UInt64? = nil,
        trailers: Trailers? = nil
    ) where Pieces.Element: Sequence<UInt8> {
        let sequence = ByteSequence(pieces, length: length, trailers: trailers)
        self.init(
            status: status,
            fields: [.contentType: contentType],
            body: .sequence(sequence)
        )
    }
}
