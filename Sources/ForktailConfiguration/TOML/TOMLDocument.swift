/// What a document says, and what is wrong with it.
struct TOMLDocument {
    /// The table of all that could be read.
    let table: TOMLTable
    /// The faults in their order; none in a document of TOML.
    let faults: [TOMLError]
}
