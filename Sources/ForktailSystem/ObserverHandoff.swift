/// What an arbiter hands over to the observer that it has just forked; it exists in the child only.
package struct ObserverHandoff: ~Copyable {
    /// What the arbiter publishes.
    package let board: Board
    /// The entries of all workers.
    package let scoreboard: Scoreboard
    /// Through which commands go to the arbiter.
    package let channel: SharedDescriptor
    /// The name that the control socket was bound to, which its connections have; nil for none.
    package let controlAddress: SystemString?
    /// The user that may command, beside root.
    package let owner: UInt32
    private let worker: WorkerHandoff

    /// Makes the value, after the fork.
    package init(
        board: Board,
        scoreboard: Scoreboard,
        channel: SharedDescriptor,
        controlAddress: SystemString?,
        owner: UInt32,
        worker: consuming WorkerHandoff
    ) {
        self.board = board
        self.scoreboard = scoreboard
        self.channel = channel
        self.controlAddress = controlAddress
        self.owner = owner
        self.worker = worker
    }

    /// Returns what it has in common with a worker.
    package consuming func takeWorker() -> WorkerHandoff {
        worker
    }
}
