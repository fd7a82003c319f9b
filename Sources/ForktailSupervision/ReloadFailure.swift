/// Why a reload was given up.
package enum ReloadFailure: Hashable, Sendable {
    /// The slot's workers of the new generation failed this many times in a row.
    case cannotBoot(generation: Int, slot: Int, failures: Int, last: BootFailure)
    /// All workers were retired by command before the reload was completed.
    case allRetired(generation: Int)
}
