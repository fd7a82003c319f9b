import ForktailTestSupport

@testable import ForktailHTTP

/// What must hold of any bytes that may begin with a PROXY header.
enum ProxyProperty {
    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        for version in [ProxyHeader.Version?.none, .v1, .v2] {
            let whole = parseProxy(bytes, version: version)
            var generator = SeededGenerator(of: bytes)
            for cuts in [Array(0..<bytes.count), generator.cuts(of: bytes.count)] {
                let parts = parseProxy(bytes, cuts: cuts, version: version)
                guard parts == whole else {
                    throw BrokenPromise("cut at \(cuts): \(parts), \(whole)")
                }
            }
            guard let header = whole.header else { continue }
            guard (1...bytes.count).contains(header.length) else {
                throw BrokenPromise("a header of \(header.length) bytes")
            }
            let alone = Array(bytes.prefix(header.length))
            guard parseProxy(alone, version: version) == whole else {
                throw BrokenPromise("looks behind the header")
            }
        }
    }
}
