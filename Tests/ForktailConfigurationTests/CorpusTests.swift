import ForktailTestSupport
import Testing

@testable import ForktailConfiguration

/// What `make fuzz` has found: each promise of the parser is kept for each input.
@Suite struct CorpusTests {
    @Test func keepsThePromisesOfTheTOMLParser() throws {
        let inputs = try CorpusInput.all(of: "toml")
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(input.name)") { try TOMLProperty.check(input.bytes) }
        }
    }
}
