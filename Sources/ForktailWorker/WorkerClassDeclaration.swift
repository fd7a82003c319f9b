package import ForktailConfiguration

/// A class of workers: what the arbiter has to know of it, and the code that its workers run.
///
/// To add a class, add its name to `WorkerClass` and its declaration here.
package struct WorkerClassDeclaration: Sendable {
    /// What a worker does once it has the user, the directory and the environment of its settings.
    enum Work: Sendable {
        /// It makes the application and serves until it has to leave.
        case serve(@Sendable (WorkerParts) throws -> Void)
        /// It becomes the program of the settings.
        case execute
        /// It becomes the interpreter of the settings, which loads this code again and serves.
        case interpret(@Sendable (WorkerParts) throws -> Void)
    }

    /// What the arbiter has to know.
    package let traits: WorkerClassTraits
    let work: Work

    /// One connection at a time; waits in accept(2), which serves the longest waiting worker first.
    static let sync = WorkerClassDeclaration(
        traits: WorkerClassTraits(waiting: .accept, defersAccept: true),
        work: .serve { try SyncWorker($0).serve() }
    )

    /// Many connections at a time; waits in epoll_wait(2).
    static let event = WorkerClassDeclaration(
        traits: WorkerClassTraits(waiting: .poll, defersAccept: true),
        work: .serve { try EventWorker($0).serve() }
    )

    /// Any program, perhaps of a protocol in which the server speaks first.
    static let exec = WorkerClassDeclaration(
        traits: WorkerClassTraits(waiting: .program, defersAccept: false),
        work: .execute
    )

    /// An application of Python, in the loop of class `sync` or, with threads, in that of `event`.
    static func wsgi(hasEventLoop: Bool) -> WorkerClassDeclaration {
        WorkerClassDeclaration(
            traits: hasEventLoop ? event.traits : sync.traits,
            work: .interpret { parts in
                if hasEventLoop {
                    try EventWorker(parts).serve()
                } else {
                    try SyncWorker(parts).serve()
                }
            }
        )
    }
}

extension Configuration {
    /// The declaration of the workers' class.
    package var classDeclaration: WorkerClassDeclaration {
        switch workerClass {
        case .sync: .sync
        case .event: .event
        case .exec: .exec
        case .wsgi: .wsgi(hasEventLoop: hasEventLoop)
        }
    }
}
