import Glibc

/// A queue through which threads hand values to one another: pthread_mutex_lock(3),
/// pthread_cond_wait(3).
package final class Mailbox<Element>: @unchecked Sendable {
    // SAFETY: `elements` is read and written under the lock only; the lock and the condition stay
    // where they were made. `put` takes a `sending` element, so its caller keeps no reference.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let arrival: UnsafeMutablePointer<pthread_cond_t>
    private var elements: [Element] = []

    /// Makes an empty one.
    package init() {
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
        arrival = .allocate(capacity: 1)
        arrival.initialize(to: pthread_cond_t())
        pthread_cond_init(arrival, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(arrival)
        lock.deallocate()
        arrival.deallocate()
    }

    /// Puts an element at the end.
    package func put(_ element: sending Element) {
        pthread_mutex_lock(lock)
        elements.append(element)
        pthread_mutex_unlock(lock)
        pthread_cond_signal(arrival)
    }

    /// Waits for an element and takes the first.
    package func take() -> Element {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while elements.isEmpty { pthread_cond_wait(arrival, lock) }
        return elements.removeFirst()
    }

    /// Takes all that are there, without waiting.
    package func takeAll() -> [Element] {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        let all = elements
        elements.removeAll()
        return all
    }
}
