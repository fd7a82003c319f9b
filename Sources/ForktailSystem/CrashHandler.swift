import CForktail

/// Gives the client of a crashing worker an answer: `500`, or `504` where the arbiter aborted the
/// worker for its timeout.
package enum CrashHandler {
    /// Handles SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE and SIGABRT on a stack of its own.
    package static func install() throws(Errno) {
        try check { forktail_crash_install() }
    }

    /// Names the connection that is to be answered.
    package static func arm(_ socket: borrowing FileDescriptor) {
        forktail_crash_arm(socket.rawValue)
    }

    /// Says that the answer is to have no body.
    package static func expectHead() {
        forktail_crash_expect_head()
    }

    /// Says that bytes of the answer leave: from here on the connection is cut instead.
    package static func answerBegins() {
        forktail_crash_answer_begins()
    }

    /// Says that the connection is done with.
    package static func disarm() {
        forktail_crash_disarm()
    }
}
