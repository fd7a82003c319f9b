import CForktail

/// A pointer that each thread has for itself.
package enum ThreadPointer {
    /// The pointer of the calling thread.
    package static var own: UnsafeMutableRawPointer? {
        get { forktail_task_loop() }
        set { forktail_set_task_loop(newValue) }
    }
}
