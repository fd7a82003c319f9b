import Synchronization

/// How far the response of a thread has come, for the loop that watches the thread.
final class ResponseProgress: Sendable {
    private let lastStatus = Atomic(0)
    private let lastSent = Atomic<UInt64>(0)

    /// The status of the response; 0 before there is one.
    var status: Int { lastStatus.load(ordering: .relaxed) }
    /// How many bytes of its body the socket has taken.
    var sent: UInt64 { lastSent.load(ordering: .relaxed) }

    func note(status: Int, sent: UInt64) {
        lastStatus.store(status, ordering: .relaxed)
        lastSent.store(sent, ordering: .relaxed)
    }
}
