/// What a crash of the worker does with a connection.
package enum CrashMark: Hashable, Sendable {
    /// It answers where bytes of a request are waiting.
    case idle
    /// It answers.
    case answer
    /// It answers without a body, as it has to after HEAD.
    case answerHead
    /// It resets, because a response has begun.
    case reset

    /// Whether two marks are the same.
    ///
    /// The compiler's own operator is a call in other modules.
    @inlinable package static func == (one: CrashMark, other: CrashMark) -> Bool {
        one.order == other.order
    }

    @inlinable var order: UInt8 {
        switch self {
        case .idle: 0
        case .answer: 1
        case .answerHead: 2
        case .reset: 3
        }
    }
}
