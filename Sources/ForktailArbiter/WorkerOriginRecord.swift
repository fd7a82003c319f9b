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
    private var isAsked = false
    private var wasAborted = false
    private var channel: FileDescriptor?

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
        self.channel = consume channel
        deadline = started + limit
    }

    /// The number of the channel, or -1 once it is closed.
    var descriptor: CInt {
        switch channel {
        case .some(let socket): socket.rawValue
        case .none: -1
        }
    }

    /// Whether it was told to end.
    var isClosed: Bool { descriptor < 0 }

    /// What it says.
    enum Answer {
        case ready(after: Duration)
        case worker(WorkerRecord, ProcessID)
        case none(WorkerRecord, reason: String)
    }

    /// Asks for a worker, once those before it are there.
    func ask(for record: WorkerRecord, _ message: WorkerHandover) {
        waiting.append((record, message))
        askNext()
    }

    private func askNext() {
        guard isReady, !isAsked, let next = waiting.first else { return }
        isAsked = true
        deadline = .now() + limit
        // Where it can't take it, it has ended, or its time will pass.
        try? channel?.send(next.message.bytes, with: next.message.descriptors)
    }

    /// Reads its answers.
    func readAnswers() -> [Answer] {
        var answers: [Answer] = []
        while case .bytes(let bytes, _)? = channel?.receiveMessage(waits: false) {
            let text = String(decoding: bytes, as: UTF8.self)
            let words = text.split(separator: " ", maxSplits: 1)
            let rest = words.count > 1 ? String(words[1]) : ""
            switch words.first {
            case "ready" where !isReady:
                isReady = true
                deadline = nil
                answers.append(.ready(after: .now() - started))
            case "failed": failure = rest
            case "worker" where isAsked:
                let record = takeFirst()
                if let number = CInt(rest) {
                    answers.append(.worker(record, ProcessID(rawValue: number)))
                } else {
                    answers.append(.none(record, reason: "it has no number"))
                }
            case "none" where isAsked: answers.append(.none(takeFirst(), reason: rest))
            default: continue
            }
            askNext()
        }
        return answers
    }

    private func takeFirst() -> WorkerRecord {
        isAsked = false
        deadline = nil
        return waiting.removeFirst().record
    }

    /// Takes the workers that it will not fork.
    func takeWaiting() -> [WorkerRecord] {
        defer { waiting = [] }
        return waiting.map(\.record)
    }

    /// The signal that ends it, where its time is over.
    func overdueSignal(at now: Instant) -> Signal? {
        guard let deadline, now >= deadline else { return nil }
        self.deadline = now + .seconds(1)
        defer { wasAborted = true }
        return wasAborted ? .kill : .abort
    }

    /// Tells it to end.
    func close() { channel = nil }
}
