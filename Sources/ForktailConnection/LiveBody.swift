import ForktailHTTP
import ForktailValues

/// A body that is received while its handler runs.
final class LiveBody {
    private enum Framing {
        case length(rest: UInt64)
        case chunked(ChunkedDecoder)
    }

    private var framing: Framing
    /// What was received and not yet handed out, from `position` on.
    private var received: [UInt8]
    private var position = 0
    /// The bytes that the handler gets next.
    private var piece: [UInt8] = []
    /// How many bytes of the body were received.
    private(set) var receivedCount: Int
    /// How long the handler has waited for bytes; its own time is not the client's.
    private(set) var waited = Duration.zero
    /// Whether the client waits for `100 Continue`.
    private(set) var owesContinue: Bool
    /// Why the body can't be read any further.
    private(set) var failure: BodyError?
    /// The fault of the bytes that is the reason of `failure`.
    private(set) var fault: RequestFault?

    init(behind buffer: RequestBuffer, limits: RequestLimits) {
        let head = buffer.storage.head
        received = buffer.bytesBehindHead
        receivedCount = received.count
        owesContinue = head.expectsContinue && received.isEmpty
        switch head.framing {
        case .none: framing = .length(rest: 0)
        case .length(let length): framing = .length(rest: length)
        case .chunked: framing = .chunked(ChunkedDecoder(limits: limits))
        }
    }

    /// Whether everything was handed out.
    var isComplete: Bool {
        switch framing {
        case .length(let rest): rest == 0
        case .chunked(let decoder): decoder.isComplete
        }
    }

    /// The fields after a chunked body; none before its end.
    var trailers: HTTPFields {
        switch framing {
        case .length: [:]
        case .chunked(let decoder): decoder.trailers
        }
    }

    /// How many of the received bytes are of the body.
    var receivedLength: Int {
        isComplete ? receivedCount - (received.count - position) : receivedCount
    }

    /// What was received behind the body, or of a body that was not read.
    var rest: [UInt8] { Array(received[position...]) }

    func append(_ bytes: Span<UInt8>, waited time: Duration) {
        received.removeSubrange(..<position)
        position = 0
        received.append(bytes)
        receivedCount += bytes.count
        waited += time
    }

    /// Notes that `100 Continue` is sent.
    func noteContinued() { owesContinue = false }

    /// A body that failed once never looks as if it had ended.
    func fail(_ error: BodyError) { failure = failure ?? error }

    /// Has bytes handed out next.
    func give(_ bytes: [UInt8]) { piece = bytes }

    /// Hands out the bytes that were given; none at the end.
    func takePiece() throws(BodyError) -> [UInt8] {
        if let failure { throw failure }
        defer { piece = [] }
        return piece
    }

    /// Hands out what was received; nothing where more has to be received first, or at the end.
    func take(upTo count: Int) -> [UInt8] {
        switch framing {
        case .length(let rest):
            let available = min(count, received.count - position, Int(clamping: rest))
            defer { position += available }
            framing = .length(rest: rest - UInt64(available))
            return Array(received[position..<position + available])
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
                fault = error
                fail(BodyError(error))
                return []
            }
            framing = .chunked(decoder)
            return bytes
        }
    }
}
