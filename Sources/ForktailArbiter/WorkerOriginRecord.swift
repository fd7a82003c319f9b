import ForktailSystem

/// What the arbiter holds of a process that loads the application of a generation and forks its workers:
/// `wsgi.preload`.
///
/// It is asked for one worker at a time, so that its answers need no names. It is the user's program, and
/// may say anything.
final class WorkerOriginRecord {
    let process: ProcessID
    let generation: Int
    /// Where its interpreter writes why it has died.
    let report: SharedDescriptor
    let started = Instant.now()
    /// When it must have answered; nil where it has nothing to do.
    private(set) var deadline: Instant?
    /// Whether it has loaded the application.
    private(set) var isReady = false
    /// Why it can't load the application.
    private(set) var failure: String?
    /// The workers that it was, and will be, asked for.
    private(set) var waiting: [(record: WorkerRecord, message: WorkerHandover)] = []
    private let limit: Duration
    /// Whether it was told to end.
    private(set) var wasToldToEnd = false
    private var isAsked = false
    private var wasAborted = false
    /// Whether its limit was shortened.
    private var isHurried = false
    private var channel: SharedDescriptor?

    init(
        process: ProcessID,
        generation: Int,
        report: SharedDescriptor,
        limit: Duration,
        channel: consuming FileDescriptor
    ) {
        self.process = process
        self.generation = generation
        self.report = report
        self.limit = limit
        self.channel = SharedDescriptor(channel)
        deadline = started + limit
    }

    /// The number of the channel, or -1 once it is closed.
    var descriptor: CInt { channel?.descriptor.rawValue ?? -1 }

    /// Whether it can't be asked for more workers.
    var isClosed: Bool { descriptor < 0 }

    /// What it says.
    enum Answer {
        case ready(after: Duration)
        case worker(WorkerRecord, ProcessID)
        case none(WorkerRecord, reason: String)
    }

    /// Notes that a worker is wanted.
    func ask(for record: WorkerRecord, _ message: WorkerHandover) {
        waiting.append((record, message))
    }

    private var canAsk: Bool { isReady && !isAsked && !waiting.isEmpty && !isClosed }

    /// When it has to be asked for a worker, or must have answered.
    var nextDeadline: Instant? { canAsk ? .now() : deadline }

    /// Asks for the first of the workers that are wanted.
    ///
    /// - Returns: The workers that it can't be asked for.
    func askNext() -> [Answer] {
        var failures: [Answer] = []
        while canAsk, let channel, let message = waiting.first?.message {
            do throws(Errno) {
                try message.send(over: channel.descriptor)
                isAsked = true
                deadline = .now() + limit
            } catch {
                if error == .brokenPipe || error == .connectionReset {
                    loseChannel()
                } else {
                    failures.append(.none(takeFirst(), reason: Self.reason(of: error)))
                }
            }
        }
        return failures
    }

    /// It ends, or the application has closed what it did not open.
    private func loseChannel() {
        channel = nil
        deadline = .now() + Self.limitWithoutChannel
    }

    private static func reason(of error: Errno) -> String {
        let cure =
            switch error {
            case .tooManyReferences:
                ": more descriptors are on their way than one user may send; raise LimitNOFILE= of "
                    + "systemd, or ulimit -n"
            case .wouldBlock: ": it does not read what the arbiter sends"
            default: ""
            }
        return "what it inherits can't be sent: \(error)\(cure)"
    }

    /// How many answers are read in a round: it is the user's program, and may never stop.
    private static let answersOfRound = 64
    /// How long it may live without the channel.
    private static let limitWithoutChannel = Duration.seconds(1)

    /// Reads its answers.
    func readAnswers() -> [Answer] {
        var answers: [Answer] = []
        for _ in 0..<Self.answersOfRound {
            guard let message = channel?.descriptor.receiveMessage(waits: false) else { break }
            switch message {
            case .text(let text, _):
                if let answer = take(text) { answers.append(answer) }
            case .nothing: return answers
            case .end: loseChannel()
            }
        }
        return answers
    }

    private func take(_ text: String) -> Answer? {
        let words = text.split(separator: " ", maxSplits: 1)
        let rest = words.count > 1 ? String(words[1]) : ""
        switch words.first {
        case "ready" where !isReady:
            isReady = true
            deadline = nil
            return .ready(after: .now() - started)
        case "failed": failure = rest
        case "worker" where isAsked:
            let record = takeFirst()
            guard let number = CInt(rest) else { return .none(record, reason: "it has no number") }
            return .worker(record, ProcessID(rawValue: number))
        case "none" where isAsked: return .none(takeFirst(), reason: rest)
        default: break
        }
        return nil
    }

    private func takeFirst() -> WorkerRecord {
        isAsked = false
        deadline = nil
        return waiting.removeFirst().record
    }

    /// Takes the workers that it was not asked for yet.
    func takeUnasked() -> [WorkerRecord] {
        let kept = isAsked ? 1 : 0
        defer { waiting.removeSubrange(kept...) }
        return waiting.dropFirst(kept).map(\.record)
    }

    /// Gives it a second to answer, where nothing needs the worker.
    func shortenLimit(at now: Instant) {
        guard !isHurried else { return }
        isHurried = true
        deadline = now + .seconds(1)
    }

    /// Takes the workers that it will not fork.
    func takeWaiting() -> [WorkerRecord] {
        defer { waiting = [] }
        return waiting.map(\.record)
    }

    /// The signal that ends it, where its time is over.
    func overdueSignal(at now: Instant) -> Signal? {
        guard let deadline, now >= deadline else { return nil }
        if isClosed, !wasToldToEnd, failure == nil {
            failure =
                "the application has closed descriptors that it did not open, so that the arbiter "
                + "can't ask for workers; let it close its own files only, and not all "
                + "(os.closerange)"
        }
        self.deadline = now + .seconds(1)
        defer { wasAborted = true }
        return wasAborted ? .kill : .abort
    }

    /// Tells it to end.
    func close() {
        wasToldToEnd = true
        channel = nil
    }
}
