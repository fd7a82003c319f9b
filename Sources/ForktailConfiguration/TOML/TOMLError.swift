/// The place at which a document stops being TOML 1.0, and why.
struct TOMLError: Error, Hashable {
    /// The place of the fault.
    let position: TOMLPosition
    /// What is wrong there.
    let reason: String
}
