/// The state of the service in numbers, for a status line.
package struct Counts: Equatable, Sendable {
    /// The workers that there should be.
    package let wanted: Int
    /// The workers that are ready and were not asked to leave.
    package let ready: Int
    /// The workers that are not ready yet and were not asked to leave.
    package let booting: Int
    /// The workers that were asked to leave.
    package let leaving: Int
    /// The generation in force.
    package let generation: Int
    /// The generation that a reload is putting in force, if one is under way.
    package let reloading: Int?
}
