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
    let helper: PythonHelper
    private let environ: EnvironMaker
    /// How many threads write stacks into the report.
    private let writers = Atomic(0)

    init() throws {
        throw PythonError(description: "it is made of a helper")
    }

    /// Loads the application, unless that has happened, with the GIL.
    ///
    /// - Throws: Why it can't be loaded.
    init(
        _ helper: PythonHelper,
        _ configuration: Configuration,
        _ resources: WorkerResources,
        isLoaded: Bool
    ) throws {
        guard let target = configuration.wsgi.target else {
            throw PythonError(description: "wsgi.application is not set")
        }
        self.helper = helper
        environ = try EnvironMaker(helper, configuration, resources)
        Self.inherited.withLock { $0 = resources }
        if !isLoaded { try helper.load(module: target.module, callable: target.callable) }
        try helper.begin(slot: resources.slot, configuration)
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

    func respond(to request: Request, sending sender: any ResponseSender) throws -> Response {
        try Python.withLock {
            let call = PythonCall(self, sender)
            PythonCall.keep(call)
            defer { call.noteReturn() }
            let body = request.storage.head.framing != .none ? BodyOfRequest(request.body) : nil
            let result = try helper.handle(
                environ.make(for: request),
                body.map { $0.wrapped() } ?? forktail_py_none()
            )
            if Self.isForgotten { Process.leave(.success) }
            // The stream says whether the application has failed.
            if call.hasBegun { return Response(status: .ok) }
            if forktail_py_is_none(result.pointer) {
                throw HTTPError(.internalServerError)
            }
            guard let status = status(forktail_py_element(result.pointer, 0)) else {
                throw body?.failure ?? .truncated
            }
            if let rest = forktail_py_element(result.pointer, 4), !forktail_py_is_none(rest) {
                call.keep(rest)
            }
            return response(
                status,
                head: forktail_py_element(result.pointer, 1),
                makeBody(
                    forktail_py_element(result.pointer, 3),
                    length: forktail_py_long(forktail_py_element(result.pointer, 2)),
                    for: call
                )
            )
        }
    }

    /// The head of a response whose body the call gives.
    ///
    /// - Parameters:
    ///   - parts: A tuple whose elements begin with the status, the head, and the length.
    ///   - call: What gives the body.
    /// - Returns: The response.
    /// - Throws: What the helper has not found.
    func response(from parts: [UnsafeMutableRawPointer?], for call: PythonCall) throws -> Response {
        guard let status = status(parts[0]) else { throw HTTPError(.internalServerError) }
        let length = forktail_py_long(parts[2])
        return response(status, head: parts[1], stream(of: call, length: length))
    }

    private func response(
        _ status: Response.Status,
        head: UnsafeMutableRawPointer?,
        _ body: Response.Body
    ) -> Response {
        var response = Response(status: status, body: body)
        addFields(head, to: &response)
        return response
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

    private func stream(of call: PythonCall, length: Int) -> Response.Body {
        .stream(length: length < 0 ? nil : UInt64(length), next: call.next)
    }

    private func makeBody(
        _ object: UnsafeMutableRawPointer?,
        length: Int,
        for call: PythonCall
    ) -> Response.Body {
        guard let object, !forktail_py_is_none(object) else {
            return stream(of: call, length: length)
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
        return .bytes([])
    }

    /// Ends what the application returned for the request that this thread has served.
    func endExchange() {
        PythonCall.end()
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
        SocketAddress.closeAccepted(at: resources.listeners.map(\.address), below: mostDescriptors)
    }
}
