/// The settings in force and those that a reload is putting in force.
struct GenerationTable {
    /// The settings in force.
    private(set) var current: ServiceSettings
    private var byNumber: [Int: ServiceSettings]
    /// What was loaded and has no number yet.
    private var loaded: ServiceSettings?

    init(first: ServiceSettings) {
        current = first
        byNumber = [1: first]
    }

    /// The settings of a generation.
    subscript(generation: Int) -> ServiceSettings? { byNumber[generation] }

    /// Keeps new settings until the supervisor gives them a number.
    mutating func load(_ settings: ServiceSettings) {
        loaded = settings
    }

    /// Gives the loaded settings their number.
    mutating func number(_ generation: Int) {
        byNumber[generation] = loaded
        loaded = nil
    }

    /// Puts a generation in force and lets go of all others.
    mutating func complete(_ generation: Int) {
        guard let settings = byNumber[generation] else { return }
        keepOnly(settings)
        byNumber = [generation: settings]
        current = settings
    }

    /// Lets go of a generation that is not to be, unless it is in force.
    mutating func abandon(_ generation: Int) {
        guard let settings = byNumber[generation], settings !== current else { return }
        byNumber[generation] = nil
        keepOnly(current)
    }

    /// Forgets in a worker what is not its own, which closes it.
    mutating func removeAll(except settings: ServiceSettings) {
        byNumber = [:]
        loaded = nil
        current = settings
    }

    /// Removes the files of all Unix-domain sockets.
    func removeSocketFiles() {
        for settings in Array(byNumber.values) + [current] {
            settings.listeners.forEach { $0.removeFile() }
        }
    }

    /// Removes the socket files that the kept settings do not name.
    private func keepOnly(_ kept: ServiceSettings) {
        let others = byNumber.values.flatMap(\.listeners)
        for listener in others where !kept.listeners.contains(where: { $0 === listener }) {
            listener.removeFile()
        }
    }
}
