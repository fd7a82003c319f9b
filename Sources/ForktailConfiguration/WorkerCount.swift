/// How many workers serve: a number, or as many as the processors allow.
public enum WorkerCount: Hashable, Sendable, CustomStringConvertible {
    /// One worker for each processor, and at least two.
    case auto
    /// Exactly this number of workers.
    case fixed(Int)

    /// The value as a configuration file spells it.
    public var description: String {
        switch self {
        case .auto: "auto"
        case .fixed(let count): String(count)
        }
    }

    /// Returns the number of workers to run on the processors that the affinity mask and the
    /// cgroup quota leave.
    ///
    /// `auto` means at least two workers, so that one which dies never leaves the service empty.
    package func resolved(processors: Int) -> Int {
        switch self {
        case .auto: max(2, processors)
        case .fixed(let count): count
        }
    }
}
