/// How a worker serves its connections.
public enum WorkerClass: String, CaseIterable, Sendable {
    /// One connection at a time, one request each; waits in `accept()`.
    case sync
    /// Many connections at a time, which live on from request to request; waits in `epoll_wait()`.
    case event
}
