/// What the arbiter counts.
package struct ServiceCounters: Equatable, Sendable {
    /// Why a worker has ended.
    package enum End: String, CaseIterable, Sendable {
        case crashed
        case outOfMemory = "out_of_memory"
        case otherProcess = "other_process"
        case left
        case bootFailed = "boot_failed"
        case timeout
        case bootTimeout = "boot_timeout"
        case gracefulTimeout = "graceful_timeout"
        case maxRequests = "max_requests"
        case maxLifetime = "max_lifetime"
        case maxMemory = "max_memory"
        case stuckThread = "stuck_thread"
        case command
        case reload
        case scale
        case stop
        case other
    }

    private static let others = 6
    /// How many counters there are.
    package static let count = others + End.allCases.count

    /// All of them, in one order.
    package var values: [UInt64]

    /// Makes counters that are zero.
    package init() {
        values = [UInt64](repeating: 0, count: Self.count)
    }

    /// Workers that were forked.
    package var spawns: UInt64 {
        get { values[0] }
        set { values[0] = newValue }
    }

    package var reloads: UInt64 {
        get { values[1] }
        set { values[1] = newValue }
    }

    package var failedReloads: UInt64 {
        get { values[2] }
        set { values[2] = newValue }
    }

    /// Commands of the control socket.
    package var commands: UInt64 {
        get { values[3] }
        set { values[3] = newValue }
    }

    /// Steps of scaling by load: because all workers were busy, and because some were idle.
    package var growths: UInt64 {
        get { values[4] }
        set { values[4] = newValue }
    }

    package var shrinkages: UInt64 {
        get { values[5] }
        set { values[5] = newValue }
    }

    /// How many workers have ended for a reason.
    package subscript(end: End) -> UInt64 {
        get { values[Self.others + (End.allCases.firstIndex(of: end) ?? 0)] }
        set { values[Self.others + (End.allCases.firstIndex(of: end) ?? 0)] = newValue }
    }
}
