/// Why files can't be served, with the setting and the path that say so.
struct FilesError: Error, CustomStringConvertible {
    let description: String
}
