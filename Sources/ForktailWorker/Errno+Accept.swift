import ForktailSystem

extension Errno {
    /// Whether no call on this listener will ever succeed.
    var isFaultOfListener: Bool {
        [.badDescriptor, .invalidArgument, .notSocket].contains(self)
    }
}
