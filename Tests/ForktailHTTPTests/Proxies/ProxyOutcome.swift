@testable import ForktailHTTP

/// What the parser made of the start of a connection, as a value that can be compared.
enum ProxyOutcome: Equatable {
    case incomplete
    case absent
    case complete(ProxyHeader)
    case refused(ProxyFault)

    var header: ProxyHeader? {
        if case .complete(let header) = self { header } else { nil }
    }
}

/// Parses `bytes` in parts: up to each cut, then all of them.
func parseProxy(
    _ bytes: [UInt8],
    cuts: some Sequence<Int> = [],
    version: ProxyHeader.Version? = nil
) -> ProxyOutcome {
    let parser = ProxyHeaderParser(version: version)
    do throws(ProxyFault) {
        for cut in Array(cuts) + [bytes.count] {
            switch try parser.parse(bytes.span.extracting(0..<cut)) {
            case .incomplete: continue
            case .absent: return .absent
            case .complete(let header): return .complete(header)
            }
        }
        return .incomplete
    } catch {
        return .refused(error)
    }
}
