import ForktailSystem

/// What was seen at a path, to find out later whether it still is so.
struct FileObservation: Sendable {
    let path: SystemString
    /// The version of the file there; nil for nothing.
    let version: FileStatus.Version?
}
