@testable import ForktailHTTP

/// What a parser made of some bytes, as values that can be compared.
enum HeadOutcome: Equatable {
    case complete(ParsedHead)
    case incomplete
    case refused(RequestFault)

    var head: ParsedHead? {
        if case .complete(let head) = self { head } else { nil }
    }

    var fault: RequestFault? {
        if case .refused(let fault) = self { fault } else { nil }
    }
}

/// A head as text, its target with escapes.
struct ParsedHead: Equatable {
    var method: String
    var target: String
    var form: TargetForm
    var path: String
    var query: String?
    var authority: String?
    var minorVersion: Int
    var fields: [String]
    /// The bytes of the request line without its end.
    var lineLength: Int
    var isSecureTarget: Bool
    var length: Int
    var framing: BodyFraming
    var persists: Bool
    var expectsContinue: Bool

    init(_ head: RequestHead, of bytes: [UInt8]) {
        func text(_ range: Range<Int>) -> String { String(received: bytes.span.extracting(range)) }
        func targetText(_ range: Range<Int>) -> String {
            String(decoding: PercentCoding.encodeHighOctets(Array(bytes[range])), as: UTF8.self)
        }
        method = text(head.method)
        target = targetText(head.target)
        form = head.form
        path = targetText(head.path)
        query = head.query.map(targetText)
        authority = head.authority.map(text)
        minorVersion = head.minorVersion
        fields = head.fields.map { "\(text($0.name)): \(text($0.value))" }
        lineLength = head.target.upperBound - head.method.lowerBound + " HTTP/1.1".utf8.count
        isSecureTarget = head.isSecureTarget
        length = head.length
        framing = head.framing
        persists = head.persists
        expectsContinue = head.expectsContinue
    }
}

/// Parses `bytes` in parts: up to each cut, then all of them.
func parse(
    _ bytes: [UInt8],
    cuts: some Sequence<Int> = [],
    limits: RequestLimits = RequestLimits(),
    headerMap: HeaderMap = .drop
) -> HeadOutcome {
    var parser = RequestHeadParser(limits: limits, headerMap: headerMap)
    var head = RequestHead()
    do throws(RequestFault) {
        for cut in Array(cuts) + [bytes.count] {
            let isComplete = try parser.parse(bytes.span.extracting(0..<cut), into: &head)
            if isComplete { return .complete(ParsedHead(head, of: bytes)) }
        }
        return .incomplete
    } catch {
        return .refused(error)
    }
}
