import ForktailTestSupport
import Testing

@testable import ForktailHTTP

/// What `make fuzz` has found: each promise of a parser is kept for each input.
struct CorpusTests {
    @Test func keepsThePromisesOfTheHeadParser() throws {
        try check("request-head", RequestHeadProperty.check)
    }

    @Test func keepsThePromisesOfTheChunkedDecoder() throws {
        try check("chunked", ChunkedProperty.check)
    }

    @Test func keepsThePromisesOfTheProxyHeaderParser() throws {
        try check("proxy", ProxyProperty.check)
    }

    private func check(
        _ target: String,
        _ promise: ([UInt8]) throws(BrokenPromise) -> Void
    ) throws {
        let inputs = try CorpusInput.all(of: target)
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(input.name)") { try promise(input.bytes) }
        }
    }
}
