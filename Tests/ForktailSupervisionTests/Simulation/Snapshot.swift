/// What the invariants compare the state after an event with.
struct Snapshot {
    let ready: Int
    let isReloading: Bool
    let upgrade: Companion
}
