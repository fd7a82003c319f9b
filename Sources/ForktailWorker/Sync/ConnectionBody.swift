import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// The body of a request as it comes in through its connection.
final class ConnectionBody: BodySource {
    private enum Framing {
        case length(rest: UInt64)
        case chunked(ChunkedDecoder)
    }

    /// What asks a client for a body that it holds back: RFC 9110 section 10.1.1.
    static let goAhead = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private let connection: Connection
    private let timeout: Duration
    private let pace: RequestPace
    /// How long this side has waited for bytes; the application's own time is not the client's.
    private var waited = Duration.zero
    private var receivedCount: Int
    private var framing: Framing
    /// What was received and not yet handed out, from `position` on.
    private var received: [UInt8]
    private var position = 0
    private var owesContinue: Bool
    private var failure: BodyError?

    /// Makes the body that follows a head; nil where there is none.
    ///
    /// - Parameters:
    ///   - storage: The head, with what was received behind it.
    ///   - connection: Where the rest comes from.
    ///   - configuration: The limits.
    init?(after storage: RequestStorage, connection: Connection, configuration: Configuration) {
        switch storage.head.framing {
        case .none, .length(0): return nil
        case .length(let length): framing = .length(rest: length)
        case .chunked: framing = .chunked(ChunkedDecoder(limits: RequestLimits(configuration)))
        }
        self.connection = connection
        timeout = configuration.bodyTimeout
        pace = RequestPace(rate: configuration.limitRequestRate)
        received = Array(storage.bytes[storage.head.length...])
        receivedCount = received.count
        owesContinue = storage.head.expectsContinue && received.isEmpty
    }

    /// Whether everything was read, and nothing came behind it.
    var isExhausted: Bool { isComplete && position == received.count }

    /// Hands out what was received after the end of the body.
    func takeRest() -> [UInt8] {
        defer { position = received.count }
        return Array(received[position...])
    }

    /// Whether everything was read.
    var isComplete: Bool {
        switch framing {
        case .length(let rest): rest == 0
        case .chunked(let decoder): decoder.isComplete
        }
    }

    var trailers: HTTPFields {
        switch framing {
        case .length: [:]
        case .chunked(let decoder): decoder.trailers
        }
    }

    func read(upTo count: Int) throws(BodyError) -> [UInt8] {
        if let failure { throw failure }
        do throws(BodyError) {
            while !isComplete {
                let bytes = try take(upTo: count)
                if !bytes.isEmpty { return bytes }
                if !isComplete { try receive() }
            }
            return []
        } catch {
            // A body that failed once never looks as if it had ended.
            failure = error
            throw error
        }
    }

    /// Hands out what was received, without waiting.
    private func take(upTo count: Int) throws(BodyError) -> [UInt8] {
        switch framing {
        case .length(let rest):
            let available = min(count, received.count - position, Int(clamping: rest))
            let bytes = Array(received[position..<position + available])
            position += available
            framing = .length(rest: rest - UInt64(available))
            return bytes
        case .chunked(var decoder):
            var bytes: [UInt8] = []
            do throws(RequestFault) {
                let input = received
                position += try decoder.decode(
                    input.span.extracting(position...),
                    upTo: count,
                    into: &bytes
                )
            } catch {
                throw BodyError(error)
            }
            framing = .chunked(decoder)
            return bytes
        }
    }

    private func receive() throws(BodyError) {
        received.removeSubrange(..<position)
        position = 0
        do throws(ConnectionFailure) {
            if owesContinue {
                owesContinue = false
                try connection.send(Self.goAhead, patience: timeout)
            }
            let start = Instant.now()
            let count = try connection.receive(appendingTo: &received, by: start + patience)
            waited += start.elapsed
            receivedCount += count
            guard count > 0 else { throw .ended(.connectionReset) }
        } catch {
            switch error {
            case .timedOut: throw .timedOut
            case .ended: throw .truncated
            case .stopping: throw .stopping
            }
        }
    }

    /// How long to wait for the next bytes.
    private var patience: Duration {
        guard let allowance = pace.allowance(for: receivedCount) else { return timeout }
        return min(timeout, allowance - waited)
    }
}
