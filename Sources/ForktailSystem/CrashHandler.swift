import CForktail
package import ForktailValues

/// Gives the clients of a crashing worker an answer.
///
/// It is `500` for the one whose request crashed it, or `504` where the arbiter aborted the worker
/// for its timeout, and `503` for the others that wait for one.
package enum CrashHandler {
    /// Handles SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE and SIGABRT on a stack of its own.
    ///
    /// - Parameter score: The entry where the arbiter reads the crashed request.
    /// - Throws: What the system says.
    package static func install(reportingTo score: ScoreboardEntry) throws(Errno) {
        try check { forktail_crash_install(score.pointer) }
    }

    /// Gives the calling thread a stack for the handler.
    ///
    /// - Parameter score: Where the thread notes its request.
    /// - Throws: What sigaltstack(2) says.
    package static func enterThread(notingIn score: ScoreboardEntry) throws(Errno) {
        try check { forktail_crash_enter_thread(score.pointer) }
    }

    /// Frees the stack at the thread's end.
    package static func leaveThread() {
        forktail_crash_leave_thread()
    }

    /// Blocks forever once another thread has crashed: work started now would be lost.
    package static func stopWhereOneIsUnderWay() {
        while forktail_crash_is_under_way() { Process.sleep(for: .seconds(1)) }
    }

    /// Registers an open connection with its ticket and descriptor.
    package static func open(_ ticket: CInt, descriptor: CInt) {
        forktail_crash_open(ticket, descriptor)
    }

    /// Says whether the client of a connection speaks TLS.
    ///
    /// - Parameters:
    ///   - ticket: The connection.
    ///   - isSecure: Whether it does.
    ///   - state: The state of TLS, once the handshake has begun.
    package static func setSecurity(_ ticket: CInt, isSecure: Bool, state: OpaquePointer?) {
        forktail_crash_secure(ticket, isSecure, state)
    }

    /// Names the request of a connection that is not logged, whose status a crash notes.
    package static func setRequest(_ ticket: CInt, _ request: OpenRequest?) {
        forktail_crash_request(ticket, request?.pointer)
    }

    /// The connection is being closed; its descriptor number may be reused.
    package static func close(_ ticket: CInt) {
        forktail_crash_close(ticket)
    }

    /// Lets go of all connections and of the crash signals, in a child that is no worker.
    package static func forget() {
        forktail_crash_forget()
    }

    /// Sets what a crash does with a connection.
    ///
    /// - Returns: False for `.reset` where another thread has begun a response: nothing may be sent.
    ///   Where a crash of another thread is under way, this call does not return.
    package static func mark(_ ticket: CInt, _ mark: CrashMark) -> Bool {
        if forktail_crash_mark(ticket, mark.number) { return true }
        stopWhereOneIsUnderWay()
        return false
    }

    /// Names the connection whose request this thread handles.
    package static func enter(_ ticket: CInt) {
        forktail_crash_enter(ticket)
    }

    /// This thread handles no request any more.
    package static func leave() {
        forktail_crash_leave()
    }

    /// The descriptor of the connection whose request this thread handles; nil without one.
    package static var descriptor: CInt? {
        let number = forktail_crash_descriptor()
        return number < 0 ? nil : number
    }
}

extension CrashMark {
    fileprivate var number: CInt {
        switch self {
        case .idle: CInt(FORKTAIL_MARK_IDLE)
        case .answer: CInt(FORKTAIL_MARK_ANSWER)
        case .answerHead: CInt(FORKTAIL_MARK_ANSWER_HEAD)
        case .reset: CInt(FORKTAIL_MARK_RESET)
        }
    }
}
