import ForktailSystem

/// The arbiter that is being started to take this one's place.
struct Upgrade {
    enum Phase {
        /// The new executable checks the configuration.
        case checking
        /// It boots its workers; the pipe tells when they are ready.
        case starting(SharedDescriptor)
        /// It serves beside this arbiter.
        case serving
    }

    let process: ProcessID
    var phase: Phase

    /// Whether there is a new arbiter that may go on without this one.
    var isServing: Bool {
        switch phase {
        case .checking, .starting: false
        case .serving: true
        }
    }

    /// The pipe to wait for, or -1.
    var descriptor: CInt {
        switch phase {
        case .starting(let pipe): pipe.descriptor.rawValue
        case .checking, .serving: -1
        }
    }

    /// Whether the new arbiter has said that it serves.
    func hasReported() -> Bool {
        switch phase {
        // At the pipe's end the process is gone, which its status will tell.
        case .starting(let pipe): (try? pipe.descriptor.readChunk())?.isEmpty == false
        case .checking, .serving: false
        }
    }
}
