/// How many workers serve: a number, as many as the processors allow, or what the load needs.
public enum WorkerCount: Hashable, Sendable, CustomStringConvertible {
    /// One worker for each processor, and at least two.
    case auto
    /// Exactly this number of workers.
    case fixed(Int)
    /// As many as the load needs, within these bounds.
    case between(Int, Int)

    /// The value as a flag spells it.
    public var description: String {
        switch self {
        case .auto: "auto"
        case .fixed(let count): String(count)
        case .between(let minimum, let maximum): "\(minimum)..\(maximum)"
        }
    }

    /// Returns the number of workers to start with on the processors that the affinity mask and the
    /// cgroup quota leave.
    ///
    /// `auto` means at least two workers, so that one which dies never leaves the service empty.
    package func resolved(processors: Int) -> Int {
        switch self {
        case .auto: max(2, processors)
        case .fixed(let count): count
        case .between(let minimum, _): minimum
        }
    }

    /// The most workers, where their number follows the load.
    package var maximum: Int? {
        switch self {
        case .auto, .fixed: nil
        case .between(_, let maximum): maximum
        }
    }
}
