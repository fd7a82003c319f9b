import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// Reads the head of a request from a connection.
struct RequestReader {
    /// What came of it.
    enum Outcome {
        /// The head is complete.
        case request
        /// The client left, or was left, without having asked for anything.
        case silent
        /// The bytes are no request, or only the beginning of one.
        case fault(RequestFault)
        /// The client did not finish the head in time.
        case timedOut
        /// The client ended its side in the middle of the head.
        case truncated
    }

    /// How long a connection may stay silent when the worker is to stop: its request may be on the
    /// way.
    static let patienceWhenStopping = Duration.seconds(2)

    private var parser: RequestHeadParser
    private let timeout: Duration

    init(_ configuration: Configuration) {
        parser = RequestHeadParser(limits: RequestLimits(configuration))
        timeout = configuration.headerTimeout
    }

    /// Reads until the head is complete.
    ///
    /// - Parameters:
    ///   - connection: Where the bytes come from.
    ///   - start: When the connection was accepted; the time for the whole head counts from there.
    ///   - storage: What is filled; it is emptied first.
    /// - Returns: What came, or what did not.
    /// - Throws: Why the connection can't be used any more.
    mutating func read(
        from connection: Connection,
        since start: Instant,
        into storage: RequestStorage
    ) throws(ConnectionFailure) -> Outcome {
        parser.reset()
        storage.bytes.removeAll(keepingCapacity: true)
        let deadline = start + timeout
        while true {
            do throws(ConnectionFailure) {
                let isSilent = storage.bytes.isEmpty
                let count = try connection.receive(
                    appendingTo: &storage.bytes,
                    by: deadline,
                    patienceWhenStopping: isSilent ? Self.patienceWhenStopping : nil
                )
                if count == 0 { return isSilent ? .silent : .truncated }
            } catch .timedOut {
                return storage.bytes.isEmpty ? .silent : .timedOut
            } catch .ended where storage.bytes.isEmpty {
                return .silent
            }
            do throws(RequestFault) {
                let bytes = storage.bytes
                if try parser.parse(bytes.span, into: &storage.head) { return .request }
            } catch {
                return .fault(error)
            }
        }
    }
}

extension RequestLimits {
    init(_ configuration: Configuration) {
        self.init(
            line: configuration.limitRequestLine,
            fields: configuration.limitRequestFields,
            fieldSize: configuration.limitRequestFieldSize,
            body: configuration.limitRequestBody
        )
    }
}
