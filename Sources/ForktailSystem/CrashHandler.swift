import CForktail

/// Gives the clients of a crashing worker an answer.
///
/// It is `500` for the one whose request crashed it, or `504` where the arbiter aborted the worker
/// for its timeout, and `503` for the others that wait for one.
package enum CrashHandler {
    /// Handles SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE and SIGABRT on a stack of its own.
    ///
    /// - Parameter score: The entry that tells the arbiter which request it was.
    /// - Throws: What the system says.
    package static func install(reportingTo score: ScoreboardEntry) throws(Errno) {
        try check { forktail_crash_install(score.pointer) }
    }

    /// Makes a thread like the first.
    ///
    /// - Parameter score: Where the thread notes its request.
    /// - Throws: What sigaltstack(2) says.
    package static func enterThread(notingIn score: ScoreboardEntry) throws(Errno) {
        try check { forktail_crash_enter_thread(score.pointer) }
    }

    /// Takes back what `enterThread` has given, at the thread's end.
    package static func leaveThread() {
        forktail_crash_leave_thread()
    }

    /// Blocks forever once another thread has crashed: work started now would be lost.
    package static func stopWhereOneIsUnderWay() {
        while forktail_crash_is_under_way() { Process.sleep(for: .seconds(1)) }
    }

    /// Says that a connection is one of many that are open: its client gets an answer too if what it
    /// has sent was not received.
    package static func open(_ connection: CInt) {
        forktail_crash_open(connection)
    }

    /// Says that such a connection is about to be closed.
    package static func close(_ connection: CInt) {
        forktail_crash_close(connection)
    }

    /// Says that the client of a connection waits for an answer.
    package static func watch(_ connection: CInt) {
        forktail_crash_watch(connection)
    }

    /// Says that the answer is to have no body.
    package static func expectHead(on connection: CInt) {
        forktail_crash_expect_head(connection)
    }

    /// Says that bytes of the answer leave: from here on the connection is cut instead.
    ///
    /// Where a crash in another thread has come first, it is left to that what becomes of the client.
    ///
    /// - Returns: Whether they may: not where somebody else has begun.
    package static func answerBegins(on connection: CInt) -> Bool {
        if forktail_crash_answer_begins(connection) { return true }
        stopWhereOneIsUnderWay()
        return false
    }

    /// Says that the connection is answered.
    package static func forget(_ connection: CInt) {
        forktail_crash_forget(connection)
    }

    /// Names the connection whose request this thread answers.
    package static func enter(_ connection: CInt) {
        forktail_crash_enter(connection)
    }

    /// Says that this thread answers no request.
    package static func leave() {
        forktail_crash_leave()
    }
}
