/// Names one worker process for the life of its arbiter.
///
/// It counts spawns and is never used twice, so nothing here can mistake a process for an earlier
/// one that had the same pid.
package struct WorkerID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Which spawn it was, counted from 1.
    package let number: Int

    /// Makes the name of the given spawn.
    package init(number: Int) {
        self.number = number
    }

    /// The number in decimal.
    package var description: String {
        String(number)
    }

    /// Tells whether the left worker was spawned first.
    package static func < (left: WorkerID, right: WorkerID) -> Bool {
        left.number < right.number
    }
}
