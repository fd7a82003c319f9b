/// One part of a key, and where it stands.
struct TOMLKey {
    let text: String
    let position: TOMLPosition
}
