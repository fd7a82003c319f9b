import ForktailConnection
import ForktailHTTP
import ForktailSystem

/// The body of a request that is received while the task of its handler reads it.
final class TaskBody: BodySource, @unchecked Sendable {
    // SAFETY: `isCurrent` is checked before anything is used; all of it belongs to the loop's thread.
    private unowned let worker: EventWorker
    /// A request that the application keeps doesn't keep its connection open.
    private weak var connection: ClientConnection?
    private let loop: TaskLoop
    /// What the machine wants to be done before there are bytes.
    private var step: ConnectionMachine.Step?
    /// How many bytes the task that waits wants, and how it continues.
    private var reader: UnsafeContinuation<Result<[UInt8], BodyError>, Never>?

    init(_ worker: EventWorker, _ connection: ClientConnection, _ loop: TaskLoop) {
        self.worker = worker
        self.connection = connection
        self.loop = loop
    }

    /// Whether a part was lost to a read that can't wait.
    private var isBroken = false

    var trailers: HTTPFields { openConnection?.machine.trailers ?? [:] }

    /// The connection, while it waits for the handler of this body.
    private var openConnection: ClientConnection? {
        guard loop.isCurrent, let connection, connection.body === self else { return nil }
        return connection
    }

    func read(upTo count: Int) throws(BodyError) -> [UInt8] {
        if let bytes = try readNow(upTo: count) { return bytes }
        isBroken = true
        throw Self.needsAwait
    }

    private static let needsAwait = BodyError.malformed(
        reason: "a body larger than request_buffer_size has to be read with await",
        status: .internalServerError
    )

    func readNow(upTo count: Int) throws(BodyError) -> [UInt8]? {
        guard loop.isCurrent else { return nil }
        if isBroken { throw Self.needsAwait }
        guard let connection = openConnection, reader == nil, step == nil else {
            throw .truncated
        }
        let next = worker.io.handle(.bodyWanted(count), on: connection)
        switch next {
        case .giveBody, .failBody:
            defer { worker.noteRead(of: connection) }
            return try connection.exchange.takePiece()
        case .receive, .send: step = next
        case .handshake, .sendFile, .run, .delegate, .pull, .cancel, .takeOver, .log,
            .endSending, .wait, .close:
            throw .truncated
        }
        return nil
    }

    func readLater(upTo count: Int) async throws(BodyError) -> [UInt8] {
        let result = await withUnsafeContinuation { continuation in
            loop.perform { [self] in wait(upTo: count, continuation) }
        }
        return try result.get()
    }

    private func wait(
        upTo count: Int,
        _ continuation: UnsafeContinuation<Result<[UInt8], BodyError>, Never>
    ) {
        if step == nil {
            // Another thread asks: nothing has been reported to the machine yet.
            let ready = Result { () throws(BodyError) in try readNow(upTo: count) }
            switch ready {
            case .success(nil): break
            case .success(let bytes?): return continuation.resume(returning: .success(bytes))
            case .failure(let error): return continuation.resume(returning: .failure(error))
            }
        }
        reader = continuation
        guard let connection else { return deliver(.failure(.truncated)) }
        worker.noteReader(of: connection)
    }

    /// Takes the step that the reader waits for.
    func takeStep() -> ConnectionMachine.Step? {
        defer { step = nil }
        return step
    }

    /// Gives the reader its bytes, or the error of the body.
    func deliver(_ result: Result<[UInt8], BodyError>) {
        reader.take()?.resume(returning: result)
    }
}
