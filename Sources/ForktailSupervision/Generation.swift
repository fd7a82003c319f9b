/// One loaded configuration, as far as it matters here.
struct Generation: Equatable {
    /// Counts the configurations that were loaded, from 1.
    let number: Int
    /// Its settings, with the workers that commands have added or removed since.
    var policy: Policy
}
