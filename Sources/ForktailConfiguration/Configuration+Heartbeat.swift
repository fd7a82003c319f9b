extension Configuration {
    /// How often a worker beats, and how long any of its calls waits at a time.
    ///
    /// A second, or less where `timeout` is so short that a late beat would look like silence.
    package var heartbeatInterval: Duration {
        guard let timeout else { return .seconds(1) }
        return min(.seconds(1), timeout / 4)
    }
}
