import Glibc

/// Threads: pthread_create(3).
///
/// A process may have a second one only once it will not fork any more.
package enum Thread {
    /// Starts a detached thread in which all signals are blocked.
    ///
    /// - Parameter body: What it does.
    /// - Throws: What pthread_create(3) says, which is `.wouldBlock` where there are too many.
    package static func start(_ body: @escaping @Sendable () -> Void) throws(Errno) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        let box = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        // The new thread inherits the mask of this one.
        let mask = SignalDisposition.blockAll()
        let code = pthread_create(&thread, &attributes, run, box.toOpaque())
        SignalDisposition.setMask(mask)
        guard code == 0 else {
            box.release()
            throw Errno(rawValue: code)
        }
    }

    /// Which thread calls: pthread_self(3).
    package static var current: UInt { UInt(pthread_self()) }

    /// Has the kernel prefer other threads to the calling one: setpriority(2), which on Linux sets
    /// the nice value of one thread.
    package static func lowerPriority() {
        // Without it the thread competes with the others, and nothing else changes.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
    }

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        {
            guard let box = $0 else { return nil }
            SignalDisposition.setMask(.allButFaults)
            // SAFETY: it is the reference that `start` has passed on, taken once.
            Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run()
            return nil
        }
}
