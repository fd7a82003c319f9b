/// Why one worker is asked to leave while the others stay.
package enum Retirement: Hashable, Sendable {
    /// Its slot was removed: SIGTTOU.
    case slotRemoved
    /// A worker of the given generation has taken its slot.
    case replaced(generation: Int)
    /// The given generation has fewer slots.
    case surplus(generation: Int)
    /// It was booting for a reload, or a roll-back, that was given up or overtaken by another one.
    case reloadGivenUp(generation: Int)
    /// It has served its time, and its replacement is ready.
    case recycled(RecycleReason)
    /// It was booting to replace one that has served its time, but something else came first.
    case recyclingGivenUp
    /// All of them were retired: SIGWINCH.
    case allRetired
    /// The arbiter stops while another one serves the same listeners.
    case handedOver
}
