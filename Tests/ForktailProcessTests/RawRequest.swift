import Glibc

/// Bytes that a client sends, and what every class of workers makes of them.
struct RawRequest {
    /// What reads the request.
    enum Reader: CaseIterable {
        case sync
        case event
        /// The class `event` with handlers in threads.
        case threads
        /// The class `event`, where a thread reads the body: none fits into the buffer.
        case delegated

        var settings: String {
            let kind =
                switch self {
                case .sync: "worker_class = \"sync\""
                case .event: "worker_class = \"event\""
                case .threads: "worker_class = \"event\"\nthreads = 2"
                case .delegated: "worker_class = \"event\"\nrequest_buffer_size = 0"
                }
            return """
                \(kind)
                app = "echo"
                log_format = "json"
                accesslog = "access.log"
                limit_request_line = 400
                limit_request_fields = 10
                limit_request_field_size = 200
                limit_request_body = 1000
                header_timeout = "10s"
                """
        }
    }

    /// A request that the server itself refuses.
    struct Refusal {
        /// What is wrong, as the log says it.
        let reason: String
        /// The same as the client sees it, where the log has more.
        var plain: String?

        /// What the client gets.
        var shown: String {
            if let plain { return "\(plain)\n" }
            let end = reason.firstRange(of: " (RFC")?.lowerBound ?? reason.endIndex
            return "\(reason[..<end])\n"
        }
    }

    let name: String
    /// What is sent, with a pause between two pieces.
    let pieces: [String]
    /// Whether the client then ends its side.
    var endsSending = false
    /// The statuses of the answers, interim ones too.
    let statuses: [Int]
    /// The request of each line of the access log.
    let requests: [String]
    /// The refusal of the last request.
    var refusal: Refusal?

    /// How many final answers there are: class `sync` answers one request on a connection.
    func finalAnswers(from reader: Reader) -> Int {
        let count = statuses.count { $0 >= 200 }
        return reader == .sync ? min(count, 1) : count
    }

    /// What is expected.
    func result(from reader: Reader) -> (statuses: [Int], requests: [String], messages: [String]) {
        let final = statuses.filter { $0 >= 200 }
        let count = finalAnswers(from: reader)
        let lines = zip(final, requests).prefix(count).map { "\($0) \($1)" }
        guard count == final.count else { return (Array(statuses.prefix(count)), lines, []) }
        return (statuses, lines, [line(final.last)].compactMap(\.self))
    }

    private func line(_ status: Int?) -> String? {
        let outcome = status.map { "\($0)" } ?? "closed"
        return refusal.map { "info \(subject): \(outcome): \($0.reason)" }
    }

    /// Method and target, where the request line could be read.
    private var subject: String {
        guard let words = requests.last?.split(separator: " "), words.count > 1 else {
            return "127.0.0.1:*"
        }
        return "127.0.0.1 \(words[0]) \(words[1])"
    }

    /// Sends the request and reads what comes, up to the end of the connection.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - splitHead: Whether a body is sent after its head, so that it isn't there with it.
    /// - Returns: The answers, interim ones too.
    /// - Throws: `ConnectionFault` where the server resets the connection, or never ends it.
    func send(to server: Server, splitHead: Bool) throws -> [Reply] {
        let talk = try Conversation(server.address)
        var replies: [Reply] = []
        for (number, piece) in (splitHead ? pieces.flatMap(Self.split) : pieces).enumerated() {
            if number == 1, statuses.first == 100 {
                // A body that comes at once is not asked for.
                replies.append(try talk.reply(toHead: true))
            } else if number > 0 {
                pause(milliseconds: 60)
            }
            do {
                try talk.send(piece)
            } catch ConnectionFault.reset where number > 0 {
                // The server has answered the first piece and closed.
                break
            }
        }
        if endsSending { talk.client.endSending() }
        while true {
            do {
                replies.append(try talk.reply(toHead: pieces.first?.hasPrefix("HEAD") == true))
            } catch ConnectionFault.short {
                guard talk.hasNothing else { throw TestFailure("\(name): part of an answer") }
                return replies
            }
        }
    }

    private static func split(_ piece: String) -> [String] {
        guard let end = piece.firstRange(of: "\r\n\r\n")?.upperBound, end < piece.endIndex else {
            return [piece]
        }
        return [String(piece[..<end]), String(piece[end...])]
    }
}
