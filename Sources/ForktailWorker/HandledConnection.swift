/// The connection whose request the loop of class `event` is handling, for the observer, which asks
/// the kernel for the peer.
package enum HandledConnection {
    // SAFETY: the loop of a worker writes it, and code that the loop calls reads it: one thread.
    nonisolated(unsafe) package internal(set) static var descriptor: Int32 = -1
}
