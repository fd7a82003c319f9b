import Glibc

/// Clients that ask until they are told to stop.
protocol RunningLoad {
    /// What became of the requests so far.
    var soFar: Tally { get }
}

extension RunningLoad {
    /// Waits until the clients have got this many answers more.
    ///
    /// What a test does between two calls happens under load, however slow the machine is.
    func waitForAnswers(_ count: Int) throws {
        let before = soFar.answered
        try wait(until: "\(count) answers more") { soFar.answered >= before + count }
    }

    /// Waits until each of these workers has answered.
    func waitForAnswers(of workers: [pid_t]) throws {
        try wait(until: "answers of \(workers)") {
            let answered = soFar.workers
            return workers.allSatisfy { answered[$0] != nil }
        }
    }
}
