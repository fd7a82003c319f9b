import ForktailSystem

extension Errno {
    /// Whether the machine or the process has run out of something for a while.
    var isShortage: Bool {
        [.processFileLimit, .systemFileLimit, .noBuffers, .noMemory].contains(self)
    }

    /// Whether no call on this listener will ever succeed.
    var isFaultOfListener: Bool {
        [.badDescriptor, .invalidArgument, .notSocket].contains(self)
    }
}
