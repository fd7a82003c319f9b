import CForktail
import ForktailHTTP
import ForktailSystem
import ForktailWorker

/// A call of the application, to the end of what it returned; it belongs to its thread.
final class PythonCall {
    private let application: PythonApplication
    /// Sends the response where the application calls `write()`; nil once it has returned.
    private var sender: (any ResponseSender)?
    /// Whether the application has called `write()`, which has sent the head.
    private(set) var hasBegun = false
    /// The helper's object, where more is to come of it.
    private var exchange: UnsafeMutableRawPointer?

    init(_ application: PythonApplication, _ sender: any ResponseSender) {
        self.application = application
        self.sender = sender
    }

    // MARK: The call of the calling thread

    /// The one that the calling thread is at; nil where it is at none.
    static func ofThread() -> PythonCall? {
        guard let pointer = forktail_thread_value() else { return nil }
        // SAFETY: the reference that `keep` has passed on, which `end` has not taken yet.
        return Unmanaged<PythonCall>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Makes it the one of the calling thread.
    static func keep(_ call: PythonCall) {
        end()
        forktail_thread_keep(Unmanaged.passRetained(call).toOpaque())
    }

    /// Ends the one of the calling thread, if it has one.
    static func end() {
        guard let pointer = forktail_thread_value() else { return }
        // SAFETY: the reference that `keep` has passed on, taken once.
        Unmanaged<PythonCall>.fromOpaque(pointer).takeRetainedValue().close()
        forktail_thread_keep(nil)
    }

    // MARK: What it gives

    /// Keeps the helper's object, of which more is to come.
    func keep(_ exchange: UnsafeMutableRawPointer) {
        forktail_py_keep(exchange)
        self.exchange = exchange
    }

    /// The application has returned.
    func noteReturn() { sender = nil }

    /// Sends the head while the application runs.
    ///
    /// - Parameters:
    ///   - exchange: The helper's object.
    ///   - parts: Status, head and length.
    /// - Returns: Whether the client waits for the body.
    /// - Throws: What is wrong with it.
    func begin(
        _ exchange: UnsafeMutableRawPointer,
        _ parts: [UnsafeMutableRawPointer?]
    ) throws(PythonError) -> Bool {
        guard let sender, self.exchange == nil else { throw Self.noCall }
        do {
            let response = try application.response(from: parts, for: self)
            keep(exchange)
            let isWanted = try Python.withoutLock { Result { try sender.begin(response) } }.get()
            hasBegun = true
            return isWanted
        } catch {
            throw PythonError(description: "\(error)")
        }
    }

    /// Sends a piece of the body while the application runs.
    ///
    /// - Returns: Whether the client waits for more.
    func send(_ piece: [UInt8]) throws(PythonError) -> Bool {
        guard let sender, hasBegun else { throw Self.noCall }
        return Python.withoutLock { sender.send(piece) }
    }

    /// What is wrong where the application is not running in the calling thread.
    static let noCall = PythonError(
        description: "write() works only while the application runs, and in its thread"
    )

    /// The next piece; nil at the end.
    func next() throws -> [UInt8]? {
        guard let exchange else { return nil }
        return try Python.withLock {
            let piece = try application.helper.next(of: exchange)
            if PythonApplication.isForgotten { Process.leave(.success) }
            if let bytes = Python.withBytes(of: piece.pointer, Array.init) { return bytes }
            guard forktail_py_is_none(piece.pointer) else {
                throw PythonError(description: "an exception, whose traceback is above")
            }
            return nil
        }
    }

    private func close() {
        guard let exchange else { return }
        self.exchange = nil
        Python.withLock {
            application.helper.close(exchange)
            if PythonApplication.isForgotten { Process.leave(.success) }
            forktail_py_drop(exchange)
        }
    }
}
