package import ForktailConfiguration

/// A class of workers: what the arbiter has to know of it, and the code that its workers run.
///
/// To add a class, add its name to `WorkerClass` and its declaration here.
package struct WorkerClassDeclaration: Sendable {
    /// What the arbiter has to know.
    package let traits: WorkerClassTraits
    /// Serves until the worker has to leave.
    let serve: @Sendable (WorkerParts) throws -> Void

    /// One connection at a time; waits in accept(2), which serves the longest waiting worker first.
    static let sync = WorkerClassDeclaration(
        traits: WorkerClassTraits(
            waiting: .accept,
            defersAccept: true,
            sendsHeartbeats: true,
            drainsQueues: true
        ),
        serve: { try SyncWorker($0).serve() }
    )

    /// Many connections at a time; waits in epoll_wait(2).
    static let event = WorkerClassDeclaration(
        traits: WorkerClassTraits(
            waiting: .poll,
            defersAccept: true,
            sendsHeartbeats: true,
            drainsQueues: true
        ),
        serve: { try EventWorker($0).serve() }
    )
}

extension WorkerClass {
    /// The declaration of the class.
    package var declaration: WorkerClassDeclaration {
        switch self {
        case .sync: .sync
        case .event: .event
        }
    }
}
