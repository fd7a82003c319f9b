// A WSGI application as an application of forktail's: a request becomes an environ, what Python
// returns becomes a response.
//
// The thread that calls the application also runs what it returns to its end: database connections and
// other things of Python belong to their thread.

import CForktail
import ForktailConfiguration
import ForktailHTTP
import ForktailSystem
import ForktailWorker
import Synchronization

final class PythonApplication: ThreadBoundApplication {
    private let helper: PythonHelper
    private let environ: EnvironMaker
    /// How many threads write stacks into the report.
    private let writers = Atomic(0)

    init() throws {
        throw PythonError(description: "it is made of a helper")
    }

    /// Loads the application, with the GIL.
    ///
    /// - Throws: Why it can't be loaded.
    init(
        _ helper: PythonHelper,
        _ configuration: Configuration,
        _ resources: WorkerResources
    ) throws {
        guard let target = configuration.wsgi.target else {
            throw PythonError(description: "wsgi.application is not set")
        }
        self.helper = helper
        environ = try EnvironMaker(helper, configuration, resources.server)
        Self.inherited.withLock { $0 = resources }
        try helper.boot(module: target.module, callable: target.callable)
    }

    func workerDidStart(_ worker: WorkerContext) throws {
        // From here on each call takes the GIL for itself, so that other threads of Python's run.
        forktail_py_park()
    }

    func workerWillStop(_ worker: WorkerContext) {
        // A second, since a report is worth less than a stop in time.
        for _ in 0..<200 where writers.load(ordering: .relaxed) > 0 {
            Process.sleep(for: .milliseconds(5))
        }
        Python.withLock {
            // It only flushes, and runs what the application has registered with atexit.
            try? helper.end()
        }
    }

    func respond(to request: Request) throws -> Response {
        try Python.withLock {
            let body = request.storage.head.framing != .none ? BodyOfRequest(request.body) : nil
            let result = try helper.handle(
                environ.make(for: request),
                body.map { $0.wrapped() } ?? forktail_py_none()
            )
            if Self.isForgotten { Process.leave(.success) }
            if forktail_py_is_none(result.pointer) {
                throw HTTPError(.internalServerError)
            }
            guard let status = status(forktail_py_element(result.pointer, 0)) else {
                throw body?.failure ?? .truncated
            }
            let length = forktail_py_long(forktail_py_element(result.pointer, 2))
            var response = Response(
                status: status,
                body: makeBody(
                    forktail_py_element(result.pointer, 3),
                    length: length < 0 ? nil : UInt64(length)
                )
            )
            addFields(forktail_py_element(result.pointer, 1), to: &response)
            return response
        }
    }

    private func status(_ object: UnsafeMutableRawPointer?) -> Response.Status? {
        guard let text = Python.text(of: object), let code = Int(text.prefix(3)) else { return nil }
        return Response.Status(code: code, reasonPhrase: String(text.dropFirst(4)))
    }

    /// Adds the fields of a head in lines, which the helper has checked.
    private func addFields(_ head: UnsafeMutableRawPointer?, to response: inout Response) {
        _ = Python.withBytes(of: head) { bytes in
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
                let name = String(decoding: line[..<colon], as: UTF8.self)
                let octets = line[(colon + 1)...]
                guard let value = String(validating: octets, as: UTF8.self) else {
                    response.rawLines += Array("\(name): ".utf8) + octets + Array("\r\n".utf8)
                    continue
                }
                if let field = HTTPField(name: HTTPField.Name(unchecked: name), value: value) {
                    response.fields.append(field)
                }
            }
        }
    }

    private func makeBody(
        _ object: UnsafeMutableRawPointer?,
        length: UInt64?
    ) -> Response.Body {
        guard let object, !forktail_py_is_none(object) else {
            return .stream(length: length) { nil }
        }
        if let bytes = Python.withBytes(of: object, Array.init) { return .bytes(bytes) }
        if let number = forktail_py_element(object, 0) {
            let file = SharedDescriptor(
                FileDescriptor(owning: CInt(forktail_py_long(number)))
            )
            return .file(
                FileRegion(
                    descriptor: file.descriptor.rawValue,
                    owner: file,
                    offset: UInt64(forktail_py_long(forktail_py_element(object, 1))),
                    length: UInt64(forktail_py_long(forktail_py_element(object, 2)))
                )
            )
        }
        let body = OpenBody(object, helper)
        return .stream(length: length, next: body.next)
    }

    /// Ends what the application returned for the request that this thread has served.
    func endExchange() {
        OpenBody.endOfThread()
    }

    /// Writes the stacks of all threads into the report, where the arbiter finds them.
    func noteStuckThread() {
        // In a thread of its own: the stuck one may never give up the GIL. Without it the report has
        // no stacks.
        writers.add(1, ordering: .relaxed)
        do throws(Errno) {
            try Thread.start { [self] in
                Python.withLock { try? helper.writeStacks() }
                writers.subtract(1, ordering: .relaxed)
            }
        } catch {
            writers.subtract(1, ordering: .relaxed)
        }
    }

    // MARK: Children of fork(2)

    private static let forgotten = Atomic(false)
    private static let mostDescriptors: CInt = 4096
    private static let inherited = Mutex<WorkerResources?>(nil)

    /// Whether this process is a child of the worker.
    static var isForgotten: Bool { forgotten.load(ordering: .relaxed) }

    /// Lets go, in a child, of the listeners, the heartbeat and the clients.
    static func forget() {
        forgotten.store(true, ordering: .relaxed)
        CrashHandler.forget()
        WorkerSignals.forget()
        guard let resources = inherited.withLock({ $0 }) else { return }
        resources.descriptors.forEach(FileDescriptor.closeForChild)
        // A connection that is being accepted or closed at this moment is in no list.
        SocketAddress.closeAccepted(at: resources.addresses, below: mostDescriptors)
    }
}

/// What the application returned, while it is sent.
private final class OpenBody {
    private let exchange: UnsafeMutableRawPointer
    private let helper: PythonHelper
    private var isClosed = false

    /// Closes the one that the calling thread has, if it has one.
    static func endOfThread() {
        guard let pointer = forktail_thread_value() else { return }
        forktail_thread_keep(nil)
        // SAFETY: the reference that `init` has passed on, taken once.
        Unmanaged<OpenBody>.fromOpaque(pointer).takeRetainedValue().close()
    }

    /// Makes the one of the calling thread.
    init(_ exchange: UnsafeMutableRawPointer, _ helper: PythonHelper) {
        forktail_py_keep(exchange)
        self.exchange = exchange
        self.helper = helper
        Self.endOfThread()
        forktail_thread_keep(Unmanaged.passRetained(self).toOpaque())
    }

    /// The next piece; nil at the end.
    func next() throws -> [UInt8]? {
        try Python.withLock {
            let piece = try helper.next(of: exchange)
            if PythonApplication.isForgotten { Process.leave(.success) }
            if let bytes = Python.withBytes(of: piece.pointer, Array.init) { return bytes }
            guard forktail_py_is_none(piece.pointer) else {
                throw PythonError(description: "an exception, whose traceback is above")
            }
            return nil
        }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Python.withLock {
            helper.close(exchange)
            forktail_py_drop(exchange)
        }
    }
}
