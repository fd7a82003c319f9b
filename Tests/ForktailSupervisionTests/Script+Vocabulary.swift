import ForktailSupervision

extension WorkerID: ExpressibleByIntegerLiteral {
    package init(integerLiteral number: Int) {
        self.init(number: number)
    }
}

extension Policy {
    /// Thirty seconds for everything unless told otherwise.
    static func of(
        _ workers: Int,
        timeout: Duration? = .seconds(30),
        boot: Duration = .seconds(30),
        graceful: Duration = .seconds(30),
        delay: Duration = .zero,
        kind: WorkerKind = .own
    ) -> Policy {
        Policy(
            workers: workers,
            timeout: timeout,
            bootTimeout: boot,
            gracefulTimeout: graceful,
            shutdownDelay: delay,
            kind: kind
        )
    }
}

extension ExitStatus {
    static let crashed = ExitStatus.signaled(number: 4, coreDumped: false)
    static let killed = ExitStatus.signaled(number: 9, coreDumped: false)
    static let left = ExitStatus.exited(code: 0)
    static let failed = ExitStatus.exited(code: 3)
}

extension Action {
    /// Asks the worker to finish and to empty the accept queue.
    static func drain(_ id: WorkerID) -> Action {
        .signal(.terminate(drain: true), id)
    }

    /// Makes the worker leave at once.
    static func quit(_ id: WorkerID) -> Action {
        .signal(.quit, id)
    }

    /// Tells that the command was refused.
    static func refused(_ command: Command, _ refusal: CommandRefusal) -> Action {
        .report(.commandRefused(command, refusal))
    }

    /// Asks the worker to finish.
    static func retire(_ id: WorkerID) -> Action {
        .signal(.terminate(drain: false), id)
    }
}
