import Glibc

/// How long a test waits for what must happen; far more than it takes on a loaded machine.
let longestWait = Duration.seconds(20)

/// Waits until something is there.
///
/// - Parameters:
///   - what: What is waited for, for the error.
///   - limit: When to give up.
///   - probe: Looks for it; nil: not yet.
/// - Returns: What `probe` found.
/// - Throws: `TestFailure` when the time is over, or what `probe` throws.
func eventually<Value>(
    _ what: @autoclosure () -> String,
    within limit: Duration = longestWait,
    _ probe: () throws -> Value?
) throws -> Value {
    let start = ContinuousClock.now
    while true {
        if let value = try probe() { return value }
        let waited = ContinuousClock.now - start
        guard waited < limit else {
            throw TestFailure("waited \(limit) without success: \(what())")
        }
        // A look may cost more than what is waited for, so that a long wait looks more seldom.
        pause(milliseconds: min(max(waited / .milliseconds(20), 2), 50))
    }
}

/// Waits until a condition holds.
func wait(
    until what: @autoclosure () -> String,
    within limit: Duration = longestWait,
    _ condition: () throws -> Bool
) throws {
    _ = try eventually(what(), within: limit) { try condition() ? true : nil }
}

/// Lets other processes run for a moment, between two looks at a condition.
func pause(milliseconds: Double) {
    let nanoseconds = Int(milliseconds * 1_000_000)
    var rest = timespec(
        tv_sec: nanoseconds / 1_000_000_000,
        tv_nsec: nanoseconds % 1_000_000_000
    )
    while withUnsafeMutablePointer(to: &rest, { nanosleep($0, $0) }) != 0 && errno == EINTR {}
}
