import CForktail

/// The main queue of libdispatch, on which code of `@MainActor` runs.
///
/// Nothing else in forktail uses libdispatch.
package struct MainQueue: Sendable {
    /// What to wait for: readable where the queue has something to do.
    package let number: CInt

    /// Finds the queue; nil where the calling thread is not the main one, or the program has none.
    package init?() {
        guard forktail_is_main_thread() else { return nil }
        number = forktail_main_queue()
        guard number >= 0 else { return nil }
    }

    /// Runs what the queue has.
    package func drain() {
        forktail_drain_main_queue(number)
    }
}
