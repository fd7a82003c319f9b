/// Why a worker has served its time.
package enum RecycleReason: Hashable, Sendable {
    /// It has answered this many requests.
    case requests(Int)
    /// It has lived for this long.
    case lifetime(Duration)
    /// It occupies this much memory.
    case memory(bytes: UInt64)
    /// A thread of it is stuck in its handler.
    case stuck
}
