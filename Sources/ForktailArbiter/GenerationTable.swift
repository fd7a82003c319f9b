import ForktailConfiguration
import ForktailLog
import ForktailSystem
import ForktailTLS

/// The settings in force and those that a reload is putting in force.
struct GenerationTable {
    /// The settings in force.
    private(set) var current: ServiceSettings
    private var byNumber: [Int: ServiceSettings]
    /// Settings that were loaded and have no number yet.
    private var loaded: ServiceSettings?

    init(first: ServiceSettings) {
        current = first
        byNumber = [1: first]
    }

    /// The settings of a generation.
    subscript(generation: Int) -> ServiceSettings? { byNumber[generation] }

    /// Keeps new settings until the supervisor numbers them.
    mutating func load(_ settings: ServiceSettings) {
        loaded = settings
    }

    /// Gives the loaded settings their number; workers of it may be spawned from here on.
    mutating func adopt(as generation: Int) {
        byNumber[generation] = loaded
        loaded = nil
    }

    /// Puts a generation in force and drops all others.
    ///
    /// - Returns: The listeners that it doesn't have; they are closed with the last reference.
    mutating func complete(_ generation: Int) -> [Listener] {
        guard let settings = byNumber[generation] else { return [] }
        let closed = dropAll(except: settings)
        byNumber = [generation: settings]
        if settings !== current { settings.logs.server.takeOverLoss(of: current.logs.server) }
        current = settings
        return closed
    }

    /// Drops all generations but the one in force, after a reload that has failed.
    ///
    /// - Returns: The listeners that it doesn't have; they are closed with the last reference.
    mutating func abandonReload() -> [Listener] {
        let closed = dropAll(except: current)
        byNumber = byNumber.filter { $0.value === current }
        return closed
    }

    /// Drops, in a worker, the settings of all other generations, which closes their listeners.
    mutating func removeAll(except settings: ServiceSettings) {
        byNumber = [:]
        loaded = nil
        current = settings
    }

    /// Whether any generation runs programs.
    var usePrograms: Bool { byNumber.values.contains { $0.traits.runsProgram } }

    /// The listeners of all generations.
    var listeners: [Listener] { distinct(\.listeners) }

    /// All listeners, those of the observer included.
    ///
    /// New settings choose from all of them: a generation that is not in force yet has its own, and
    /// no address can be bound twice.
    var allListeners: [Listener] { distinct(\.allListeners) }

    private func distinct(_ part: (ServiceSettings) -> [Listener]) -> [Listener] {
        byNumber.values.reduce(into: part(current)) { listeners, settings in
            for listener in part(settings)
            where !listeners.contains(where: { $0 === listener }) {
                listeners.append(listener)
            }
        }
    }

    /// The numbers of the open access logs.
    var accessLogs: Set<CInt> { Set(byNumber.values.compactMap { $0.logs.access?.number }) }

    /// The numbers of the files with the keys of certificates.
    var keyFiles: Set<CInt> { Set(byNumber.values.compactMap { $0.certificates?.source?.number }) }

    /// Reopens the log files of all generations.
    ///
    /// - Returns: The files that can't be reopened, each once.
    func reopenLogs() -> [LogReopeningFailure] {
        byNumber.values.flatMap { $0.logs.reopen() }.reduce(into: []) { failures, failure in
            guard !failures.contains(where: { $0.path == failure.path }) else { return }
            failures.append(failure)
        }
    }

    /// Removes the files of all Unix-domain sockets.
    func removeSocketFiles() {
        allListeners.forEach { $0.removeFile() }
    }

    /// Removes the socket files that the kept settings do not name, and forgets the names that
    /// listeners had in others.
    ///
    /// - Returns: The listeners that they do not have.
    private func dropAll(except kept: ServiceSettings) -> [Listener] {
        let dropped = allListeners.filter { listener in
            !kept.allListeners.contains { $0 === listener }
        }
        dropped.forEach { $0.removeFile() }
        kept.allListeners.forEach { $0.keepNames(kept.addresses) }
        return dropped
    }
}
