package import ForktailSystem

/// What stands in a line of the access log for a value that is known at the end only.
///
/// A worker leaves such a line with each request that it begins, so that the arbiter, which knows neither
/// the format of the line nor HTTP, can finish it after the worker's death. The marks are bytes that
/// UTF-8 never has.
package enum AccessLogMark: UInt8, Sendable {
    /// The time as the common log format has it, in brackets.
    case commonTime = 0xF5
    /// The time as in RFC 3339.
    case timestamp
    case status
    /// The length of the response's body.
    case bodyLength
    /// The same, but `-` for none.
    case bodyLengthOrDash
    /// The time that the request took in whole seconds.
    case seconds
    case milliseconds
    case microseconds
    /// In seconds with six decimals.
    case decimalSeconds
    /// The length of the request, or `null`.
    case receivedLength
    /// Whether the client got a part of a response: `true` or `false`.
    case answered
    /// How long the request waited for its handler, in seconds, or `null`.
    case queueSeconds = 0xC1
}

/// The values that stand for the marks.
package struct AccessLogOutcome {
    private let time: WallClock
    private let status: Int
    private let length: UInt64
    private let duration: Duration
    private let isAnswered: Bool

    /// Makes the values of a request.
    ///
    /// - Parameters:
    ///   - time: When it ended.
    ///   - status: The status of its response.
    ///   - length: How many bytes of the response's body were sent.
    ///   - duration: How long it took.
    ///   - isAnswered: Whether the client got a part of a response.
    package init(
        time: WallClock,
        status: Int,
        length: UInt64,
        duration: Duration,
        isAnswered: Bool = true
    ) {
        self.isAnswered = isAnswered
        self.time = time
        self.status = status
        self.length = length
        self.duration = max(.zero, duration)
    }

    /// Finishes a line that another process left, which may have written anything there.
    ///
    /// - Parameters:
    ///   - line: The line with its marks.
    ///   - limit: The greatest length.
    /// - Returns: One line with its newline, in which nothing but tabs is left of control characters.
    package func finish(_ line: [UInt8], limit: Int) -> [UInt8] {
        var finished: [UInt8] = []
        var plain: [UInt8] = []
        for byte in line {
            if let mark = AccessLogMark(rawValue: byte) {
                Self.append(plain, to: &finished)
                plain = []
                finished += text(for: mark).utf8
            } else {
                plain.append(byte)
            }
        }
        Self.append(plain, to: &finished)
        return LineText.cut(finished, to: limit - 1) + [UInt8(ascii: "\n")]
    }

    /// A tab may be part of the format; nothing that the worker has put there is a control character.
    private static func append(_ text: [UInt8], to line: inout [UInt8]) {
        let tab = UInt8(ascii: "\t")
        for (index, part) in text.split(separator: tab, omittingEmptySubsequences: false)
            .enumerated()
        {
            if index > 0 { line.append(tab) }
            LogText.appendEscaped(String(decoding: part, as: UTF8.self), quotes: false, to: &line)
        }
    }

    private func text(for mark: AccessLogMark) -> String {
        let microseconds = duration.nanoseconds / 1000
        switch mark {
        case .commonTime: return "[\(time.commonLogTime)]"
        case .timestamp: return time.timestamp
        case .status: return String(status)
        case .bodyLengthOrDash where length == 0: return "-"
        case .bodyLength, .bodyLengthOrDash: return String(length)
        case .seconds: return String(microseconds / 1_000_000)
        case .milliseconds: return String(microseconds / 1000)
        case .microseconds: return String(microseconds)
        case .decimalSeconds: return LogText.decimalSeconds(duration)
        // Only the worker has counted it.
        case .receivedLength, .queueSeconds: return "null"
        case .answered: return isAnswered ? "true" : "false"
        }
    }
}
