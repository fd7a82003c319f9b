// What the arbiter sees of a program: its output, its notifications, and whether it serves.
//
// Invariant: nothing here waits for the program, and what it sends is text for the log or one of a
// few words. A program that writes without end gets its share of a round and no more.

import ForktailConfiguration
import ForktailSystem

/// Watches one program.
final class ProgramWatch {
    /// What a program has reported.
    enum Report {
        /// It serves.
        case ready
        /// It is alive.
        case alive
        /// Its state in words.
        case status(String)
        /// A line of its output.
        case line(String)
    }

    /// How far the program has come.
    private enum Stage {
        /// It boots; when to look whether it serves, and how long to wait before the look after that.
        case booting(nextLook: Instant, pause: Duration)
        case ready(since: Instant)
    }

    /// How its settings want it to be run.
    let options: ExecOptions
    /// The state that it has reported in words, if it has.
    private(set) var status: String?
    private let socket: NotifySocket
    private var output: SharedDescriptor?
    private var readyLine: SharedDescriptor?
    /// The users whose notifications count.
    private let users: [UInt32]
    private var lines = OutputLines()
    private var stage: Stage

    /// Makes the watch of a program that is about to be forked.
    ///
    /// - Parameters:
    ///   - options: The settings of its class.
    ///   - socket: Where it reports.
    ///   - output: The reading end of its output.
    ///   - readyLine: The reading end of the pipe by which it says that it serves, if it has one.
    ///   - users: The users that may report.
    ///   - now: The time.
    init(
        _ options: ExecOptions,
        _ socket: consuming NotifySocket,
        output: SharedDescriptor,
        readyLine: SharedDescriptor?,
        users: [UInt32],
        at now: Instant
    ) {
        self.options = options
        self.socket = socket
        self.output = output
        self.readyLine = readyLine
        self.users = users
        let first: Duration
        if case .delay(let delay) = options.ready { first = delay } else { first = .zero }
        stage = .booting(nextLook: now + first, pause: Self.shortestPause)
    }

    /// A look takes about a millisecond; programs boot in 10 ms to a minute.
    private static let shortestPause = Duration.milliseconds(20)
    private static let longestPause = Duration.milliseconds(200)

    /// The value of NOTIFY_SOCKET, which also tells the processes of one program from others.
    var address: String { socket.address }

    /// Whether it has served, as far as that can be told from outside: for a second at least.
    func hasServed(at now: Instant) -> Bool {
        guard case .ready(let since) = stage else { return false }
        return now - since >= .seconds(1)
    }

    /// Whether it has been seen to serve.
    var isReady: Bool {
        switch stage {
        case .booting: false
        case .ready: true
        }
    }

    /// The last lines of its output, the oldest first.
    var lastLines: [String] { lines.last }

    /// What the arbiter waits for.
    var descriptors: [CInt] {
        [socket.number] + [output, readyLine].compactMap { $0?.descriptor.rawValue }
    }

    /// When `look` has something to do.
    var deadline: Instant? {
        guard case .booting(let next, _) = stage else { return nil }
        switch options.ready {
        case .auto, .listening, .delay: return next
        case .notify, .fd: return nil
        }
    }

    /// Looks whether the program serves, where it is not the program that says so.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - isAwaited: Whether one of its processes waits at a listener.
    /// - Returns: `.ready` once it does.
    func look(at now: Instant, _ isAwaited: () -> Bool) -> Report? {
        guard let deadline, now >= deadline, case .booting(_, let pause) = stage else { return nil }
        if case .delay = options.ready { return becomeReady() }
        if isAwaited() { return becomeReady() }
        stage = .booting(
            nextLook: now + pause,
            pause: min(pause + pause / 10, Self.longestPause)
        )
        return nil
    }

    /// Reads what has arrived.
    ///
    /// - Parameter share: How much of its output, in bytes, at most.
    /// - Returns: What it has reported.
    func read(_ share: Int) -> [Report] {
        readNotifications() + readReadyLine() + readOutput(upTo: share)
    }

    /// How much is read of the output of all programs in a round, in bytes: each of its lines costs a
    /// write, and it may have a line in two bytes.
    static let outputOfRound = 32_768
    /// How much is read of the output of one, however many they are.
    static let leastShare = 1024
    /// How much a pipe holds: pipe(7).
    private static let pipeCapacity = 65_536

    /// Reads the last of it, once the process has ended.
    ///
    /// Other processes may have inherited its output: nothing is read from them any more.
    func finish() -> [Report] {
        let reports = readNotifications() + readOutput(upTo: Self.pipeCapacity)
        output = nil
        return reports + lines.finish().map(Report.line)
    }

    /// Closes everything, in a process that is about to be something else.
    func close() {
        output = nil
        readyLine = nil
    }

    private func readNotifications() -> [Report] {
        var reports: [Report] = []
        // A program that reports without end gets its share of the round.
        for _ in 0..<64 {
            guard let message = socket.receive(from: users) else { break }
            reports += message.compactMap(report)
        }
        return reports
    }

    private func report(_ assignment: String) -> Report? {
        switch assignment {
        case "READY=1":
            switch options.ready {
            case .auto, .notify: return becomeReady()
            case .listening, .fd, .delay: return nil
            }
        case "WATCHDOG=1": return .alive
        case _ where assignment.hasPrefix("STATUS="):
            let text = String(assignment.dropFirst(7).prefix(200))
            guard text != status else { return nil }
            status = text
            return .status(text)
        default: return nil
        }
    }

    private func becomeReady() -> Report? {
        guard case .booting = stage else { return nil }
        stage = .ready(since: .now())
        return .ready
    }

    private func readReadyLine() -> [Report] {
        guard let bytes = chunk(of: readyLine, upTo: Self.leastShare) else { return [] }
        if bytes.isEmpty { readyLine = nil }
        return bytes.contains(UInt8(ascii: "\n")) ? [becomeReady()].compactMap(\.self) : []
    }

    private func readOutput(upTo limit: Int) -> [Report] {
        guard let bytes = chunk(of: output, upTo: limit) else { return [] }
        guard !bytes.isEmpty else {
            output = nil
            return lines.finish().map(Report.line)
        }
        return lines.take(bytes).map(Report.line)
    }

    /// Reads a part; empty at the end, nil where nothing is there at the moment.
    private func chunk(of pipe: SharedDescriptor?, upTo limit: Int) -> [UInt8]? {
        // EAGAIN is the only failure of an open pipe.
        try? pipe?.descriptor.readChunk(upTo: limit)
    }
}
