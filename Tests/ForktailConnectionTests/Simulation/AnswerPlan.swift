import ForktailHTTP
import ForktailTestSupport

/// What the handler of a request does.
struct AnswerPlan {
    enum Piece {
        case bytes(Int)
        case nothing
        case failure
    }

    enum Trailers {
        case none, sent, unannounced
    }

    enum Body {
        case bytes(Int)
        /// A status whose response has no body; the handler gives it one all the same.
        case bodiless(Response.Status)
        /// A part of a file that has only `available` bytes when it is sent.
        case file(length: Int, available: Int)
        case stream([Piece], length: Int?, Trailers)
        /// The application takes the connection and sends this number of bytes.
        case connection(sends: Int)
    }

    let body: Body
    /// Whether a stream is an asynchronous sequence.
    let isSequence: Bool
    /// How much of a body that is still to come it reads: nil for all.
    let readLimit: Int?
    let readSize: Int
    /// How many milliseconds it takes.
    let delay: Int
    /// Whether it never returns.
    let isStuck: Bool
    /// Whether the worker lets another request follow.
    let mayKeep: Bool
    /// Whether it lets an error of the body pass.
    let passesError: Bool

    init(takesConnection: Bool, random: inout SeededGenerator) {
        body =
            takesConnection
            ? .connection(sends: random.number(0, 60)) : Self.body(random: &random)
        isSequence = random.chance(percent: 40)
        readLimit = takesConnection || random.chance(percent: 70) ? nil : random.number(0, 100)
        readSize = random.choice([1, 7, 50, 400, 65_536])
        delay = random.chance(percent: 75) ? 0 : random.number(1, 4000)
        isStuck = random.chance(percent: 8)
        mayKeep = random.chance(percent: 95)
        passesError = takesConnection || random.chance(percent: 60)
    }

    private static func body(random: inout SeededGenerator) -> Body {
        switch random.number(0, 99) {
        case 0..<50: return .bytes(random.number(0, 200))
        case 50..<53: return .bytes(random.number(16_380, 16_390))
        case 53..<60: return .bodiless(random.choice([.noContent, .notModified, .resetContent]))
        case 60..<72:
            let length = random.number(0, 300)
            let isShort = random.chance(percent: 20)
            return .file(length: length, available: isShort ? random.number(0, length) : length)
        default: return stream(random: &random)
        }
    }

    private static func stream(random: inout SeededGenerator) -> Body {
        // It gives nothing for longer than some timeouts, or than a half-closed client is waited for.
        if random.chance(percent: 3) {
            let pauses = [Piece](repeating: .nothing, count: random.number(40, 120))
            return .stream([.bytes(9)] + pauses + [.bytes(9)], length: nil, .none)
        }
        let pieces: [Piece] = (0..<random.number(0, 5)).map { _ in
            switch random.number(0, 99) {
            case 0..<70: .bytes(random.number(1, 60))
            case 70..<96: .nothing
            default: .failure
            }
        }
        let given = pieces.reduce(0) { $0 + $1.count }
        switch random.number(0, 99) {
        case 0..<30: return .stream(pieces, length: given, .none)
        case 30..<38: return .stream(pieces, length: max(0, given + random.number(-20, 20)), .none)
        case 38..<43: return .stream(pieces, length: given / 2, .none)
        case 43..<53: return .stream(pieces, length: nil, .sent)
        case 53..<56: return .stream(pieces, length: nil, .unannounced)
        default: return .stream(pieces, length: nil, .none)
        }
    }
}

extension AnswerPlan.Piece {
    var count: Int {
        switch self {
        case .bytes(let count): count
        case .nothing, .failure: 0
        }
    }
}

extension AnswerPlan {
    /// The status of the response, as far as the handler decides on it.
    var status: Int {
        switch body {
        case .bodiless(let status): status.code
        case .bytes, .file, .stream, .connection: 200
        }
    }

    /// How many bytes a whole body has; nil where the response can't be whole.
    ///
    /// A client of HTTP/1.0 gets no trailers, right or wrong.
    func wholeLength(minorVersion: Int) -> Int? {
        switch body {
        case .bytes(let count): count
        case .bodiless: 0
        case .file(let length, let available): available < length ? nil : length
        case .stream(let pieces, let length, let trailers):
            Self.length(pieces, length, minorVersion == 0 ? .none : trailers)
        case .connection: 0
        }
    }

    private static func length(_ pieces: [Piece], _ length: Int?, _ trailers: Trailers) -> Int? {
        var given = 0
        for piece in pieces {
            if case .failure = piece { return nil }
            given += piece.count
        }
        return length ?? given == given && trailers != .unannounced ? given : nil
    }

    /// Whether a client of HTTP/1.0 finds the end of the body only at the end of the connection.
    var hasUnknownLength: Bool {
        if case .stream(_, nil, _) = body { true } else { false }
    }
}
