/// What the invariants compare the state after an event with.
struct Snapshot {
    let ready: Int
    let isReloading: Bool

    init(_ simulation: Simulation) {
        ready = simulation.readyCount
        isReloading = simulation.oracle.isRolling
    }
}
