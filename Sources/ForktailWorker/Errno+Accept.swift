import ForktailSystem

extension Errno {
    /// Whether no call on this listener will ever succeed.
    var isFaultOfListener: Bool {
        [.invalidArgument, .notSocket].contains(self)
    }
}
