import CForktail
import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem
import ForktailWorker

/// The functions of the part of the bridge that is Python.
final class PythonHelper: @unchecked Sendable {
    // SAFETY: the references are made once, before any other thread runs, and kept for ever; every
    // use has the GIL.
    private let names: UnsafeMutableRawPointer
    private let handleFunction: UnsafeMutableRawPointer
    private let nextFunction: UnsafeMutableRawPointer
    private let closeFunction: UnsafeMutableRawPointer

    /// Makes them, with the GIL.
    ///
    /// - Parameter configuration: The settings.
    /// - Throws: Why Python can't.
    init(_ configuration: Configuration) throws {
        let given = forktail_py_dictionary()
        forktail_py_put(given, "_logs_json", forktail_py_true(configuration.logFormat == .json))
        forktail_py_put(given, "_read", forktail_py_function("_read", Callbacks.read))
        forktail_py_put(given, "_begin", forktail_py_function("_begin", Callbacks.begin))
        forktail_py_put(given, "_send", forktail_py_function("_send", Callbacks.send))
        forktail_py_put(given, "_log", forktail_py_function("_log", Callbacks.log))
        forktail_py_put(given, "_fail", forktail_py_function("_fail", Callbacks.fail))
        forktail_py_put(given, "_leave", forktail_py_function("_leave", Callbacks.leave))
        forktail_py_put(given, "_forked", forktail_py_function("_forked", Callbacks.forked))
        forktail_py_put(
            given,
            "_await_change",
            forktail_py_function("_await_change", Callbacks.awaitChange)
        )
        let text = String(decoding: PackageResources.helper_py, as: UTF8.self)
        guard let names = forktail_py_run(text, Self.file, given) else {
            throw PythonError(description: Python.takeError())
        }
        self.names = names
        handleFunction = try Self.find("handle", in: names)
        let exchange = try Self.find("Exchange", in: names)
        nextFunction = try Self.attribute("next", of: exchange)
        closeFunction = try Self.attribute("close", of: exchange)
    }

    /// The name of the text in tracebacks.
    private static let file = "<forktail>"

    private static func find(
        _ name: String,
        in names: UnsafeMutableRawPointer
    ) throws -> UnsafeMutableRawPointer {
        guard let object = forktail_py_get(names, name) else {
            throw PythonError(description: "the helper has no \(name)")
        }
        return object
    }

    private static func attribute(
        _ name: String,
        of object: UnsafeMutableRawPointer
    ) throws -> UnsafeMutableRawPointer {
        guard let attribute = forktail_py_attribute(object, name) else {
            throw PythonError(description: Python.takeError())
        }
        return attribute
    }

    /// An object of the helper's, such as a class.
    func object(_ name: String) throws -> UnsafeMutableRawPointer {
        try Self.find(name, in: names)
    }

    private func call(
        _ name: String,
        _ first: UnsafeMutableRawPointer? = nil,
        _ second: UnsafeMutableRawPointer? = nil
    ) throws -> PythonObject {
        let function = try Self.find(name, in: names)
        guard
            let result = PythonObject(taking: forktail_py_call(function, first, second, nil, nil))
        else { throw PythonError(description: Python.takeError()) }
        return result
    }

    /// Makes a crash write the stacks of all threads into the report; comes before the crash handler.
    func prepare(report: CInt) throws {
        _ = try call("prepare", forktail_py_number(Int(report)))
    }

    /// Writes the stacks of all threads into the report.
    func writeStacks() throws {
        _ = try call("write_stacks")
    }

    /// Loads the application.
    ///
    /// - Throws: Why it can't be loaded.
    func load(module: String, callable: String) throws {
        let failure = try call("load", Python.text(module), Python.text(callable))
        if let reason = Python.text(of: failure.pointer) { throw PythonError(description: reason) }
    }

    /// Becomes a worker.
    func begin(slot: Int, _ configuration: Configuration) throws {
        // One worker is enough to look for changes.
        let reloads = configuration.reloadsOnChange && slot == 0
        let arbiter = reloads ? Int(Process.parentID.rawValue) : 0
        _ = try call("begin", forktail_py_number(slot), forktail_py_number(arbiter))
    }

    /// Prepares the heap for forks.
    ///
    /// - Returns: The names of the threads that there are beside this one.
    func freeze() throws -> String {
        Python.text(of: try call("freeze").pointer) ?? ""
    }

    /// Forks a worker, and tells the arbiter.
    ///
    /// - Returns: Whether this process is the worker.
    func fork(reporting origin: WorkerOrigin) throws -> Bool {
        let own = Process.id
        let answer = try call("fork")
        if let reason = Python.text(of: answer.pointer) {
            origin.report(failedFork: reason)
            return false
        }
        let process = forktail_py_long(answer.pointer)
        guard process > 0 else {
            Process.noteFork(by: own)
            return true
        }
        origin.report(worker: process)
        _ = try call("release")
        return false
    }

    /// Does what Python does at the end of a program.
    func end() throws {
        _ = try call("end")
    }

    /// Calls the application.
    ///
    /// - Parameters:
    ///   - environ: The request, whose reference it takes.
    ///   - source: Where its body comes from, whose reference it takes.
    /// - Returns: A tuple; None where it failed, False where the body can't be read.
    /// - Throws: What is wrong with the helper itself.
    func handle(
        _ environ: UnsafeMutableRawPointer?,
        _ source: UnsafeMutableRawPointer?
    ) throws -> PythonObject {
        guard
            let result = PythonObject(
                taking: forktail_py_call(handleFunction, environ, source, nil, nil)
            )
        else { throw PythonError(description: Python.takeError()) }
        return result
    }

    /// The next piece of a body: bytes, None at the end, False where the application failed.
    func next(of exchange: UnsafeMutableRawPointer) throws -> PythonObject {
        forktail_py_keep(exchange)
        guard
            let piece = PythonObject(
                taking: forktail_py_call(nextFunction, exchange, nil, nil, nil)
            )
        else { throw PythonError(description: Python.takeError()) }
        return piece
    }

    /// Closes what the application returned, unless that has happened.
    func close(_ exchange: UnsafeMutableRawPointer) {
        forktail_py_keep(exchange)
        // It logs its own errors; another would be taken for one of the next call.
        let result = forktail_py_call(closeFunction, exchange, nil, nil, nil)
        if result == nil { _ = Python.takeError() }
        _ = PythonObject(taking: result)
    }
}

/// What Python calls.
enum Callbacks {
    typealias Function =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
        ) -> UnsafeMutableRawPointer?

    /// `_read(source, count, error)`: bytes of a request's body.
    static let read: Function = { _, arguments in
        guard let pointer = forktail_py_unwrap(forktail_py_element(arguments, 0)) else {
            return nil
        }
        let body = Unmanaged<BodyOfRequest>.fromOpaque(pointer).takeUnretainedValue()
        let count = forktail_py_long(forktail_py_element(arguments, 1))
        switch Python.withoutLock({ body.read(upTo: count) }) {
        case .success(let bytes): return Python.bytes(bytes)
        case .failure(let error):
            forktail_py_raise(forktail_py_element(arguments, 2), error.description)
            return nil
        }
    }

    /// `_begin(error, exchange, status, head, length, …)`: sends the head while the application runs;
    /// whether the client waits for the body.
    static let begin: Function = { _, arguments in
        answer(arguments) { call throws(PythonError) in
            guard let exchange = forktail_py_element(arguments, 1) else { return false }
            return try call.begin(exchange, (2...4).map { forktail_py_element(arguments, $0) })
        }
    }

    /// `_send(error, data)`: sends a piece; whether the client waits for more.
    static let send: Function = { _, arguments in
        answer(arguments) { call throws(PythonError) in
            try call.send(Python.withBytes(of: forktail_py_element(arguments, 1), Array.init) ?? [])
        }
    }

    private static func answer(
        _ arguments: UnsafeMutableRawPointer?,
        _ body: (PythonCall) throws(PythonError) -> Bool
    ) -> UnsafeMutableRawPointer? {
        do throws(PythonError) {
            guard let call = PythonCall.ofThread() else { throw PythonCall.noCall }
            return forktail_py_true(try body(call))
        } catch {
            forktail_py_raise(forktail_py_element(arguments, 0), error.description)
            return nil
        }
    }

    /// `_log(level, logger, message, traceback, request)`: a line of the server's log.
    static let log: Function = { _, arguments in
        let level = Python.text(of: forktail_py_element(arguments, 0)) ?? ""
        let logger = Python.text(of: forktail_py_element(arguments, 1)) ?? ""
        let message = Python.text(of: forktail_py_element(arguments, 2)) ?? ""
        let trace = Python.text(of: forktail_py_element(arguments, 3))
        let request = Python.text(of: forktail_py_element(arguments, 4))
        let words = trace ?? ""
        Python.withoutLock {
            let severity = LogLevel(rawValue: level) ?? .info
            PythonLog.write(severity, logger, message, words, of: request)
        }
        return forktail_py_none()
    }

    /// `_fail(summary, traceback, request, client, id)`: the application has failed.
    static let fail: Function = { _, arguments in
        let texts = (0..<4).map { Python.text(of: forktail_py_element(arguments, $0)) ?? "" }
        let id = Python.text(of: forktail_py_element(arguments, 4))
        Python.withoutLock {
            PythonLog.fail(texts[0], texts[1], request: texts[2], of: texts[3], id: id)
        }
        return forktail_py_none()
    }

    /// `_leave()`: asks the worker to leave after its requests.
    static let leave: Function = { _, _ in
        WorkerSignals.requestStop()
        return forktail_py_none()
    }

    /// `_await_change(folders)`: waits until something has changed in the folders, a second at most;
    /// whether it has.
    static let awaitChange: Function = { _, arguments in
        let text = Python.text(of: forktail_py_element(arguments, 0)) ?? ""
        return forktail_py_true(Python.withoutLock { SourceWatch.shared.awaitChange(in: text) })
    }

    /// `_forked()`: runs in a child of the worker.
    static let forked: Function = { _, _ in
        PythonApplication.forget()
        return forktail_py_none()
    }
}

/// The body of a request, which Python may hold longer than the request lives.
final class BodyOfRequest {
    private let body: RequestBody
    private let thread = Thread.current
    /// Why it could not be read, if it could not.
    private(set) var failure: BodyError?

    init(_ body: RequestBody) {
        self.body = body
    }

    /// Makes the object that Python gets, which keeps this one.
    func wrapped() -> UnsafeMutableRawPointer? {
        forktail_py_wrap(Unmanaged.passRetained(self).toOpaque()) { pointer in
            guard let pointer else { return }
            Unmanaged<BodyOfRequest>.fromOpaque(pointer).release()
        }
    }

    func read(upTo count: Int) -> Result<[UInt8], BodyError> {
        guard Thread.current == thread, !PythonApplication.isForgotten else {
            return .failure(
                .malformed(
                    reason: "wsgi.input can be read only by the thread that the application was "
                        + "called in",
                    status: .internalServerError
                )
            )
        }
        do throws(BodyError) {
            return .success(try body.read(upTo: count) ?? [])
        } catch {
            failure = error
            return .failure(error)
        }
    }
}
