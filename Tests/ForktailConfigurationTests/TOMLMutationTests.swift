import ForktailTestSupport
import Testing

@testable import ForktailConfiguration

/// Whatever bytes come in, the parser ends with a table or with a fault inside the document.
///
/// `FORKTAIL_SEED` runs one seed only.
@Suite struct TOMLMutationTests {
    private static let documents: [[UInt8]] = {
        let valid = TOMLValidTests.keys + TOMLValidTests.tables
        let values =
            TOMLValidTests.strings + TOMLValidTests.numbers + TOMLValidTests.times
            + TOMLValidTests.containers
        return valid.map { Array($0.document.utf8) }
            + values.map { Array("v = \($0.document)\n".utf8) }
    }()

    @Test(.timeLimit(.minutes(2))) func survivesMutations() {
        for seed in Seed.counted(20_000) {
            var generator = SeededGenerator(seed: seed)
            let mutant = mutant(&generator)
            #expect(throws: Never.self, "FORKTAIL_SEED=\(seed)") {
                try TOMLProperty.check(mutant)
            }
        }
    }

    /// What the writer writes of a parsed text, the parser reads as the same text.
    @Test func readsWhatIsWritten() throws {
        for seed in Seed.counted(2_000) {
            var generator = SeededGenerator(seed: seed)
            let text = randomText(&generator)
            let document =
                "\(TOMLText.key(text)) = \(TOMLText.string(text)) \(TOMLText.comment(text))"
            let table = try parseTOML(Array(document.utf8))
            #expect(table[text]?.kind == .string(text), "FORKTAIL_SEED=\(seed)")
            #expect(table.entries.count == 1, "FORKTAIL_SEED=\(seed)")
        }
    }

    /// Returns a document with up to eight places cut, replaced or filled from another one.
    private func mutant(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Self.documents.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            let index = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0 where index < bytes.count: bytes.remove(at: index)
            case 1 where index < bytes.count: bytes[index] = randomByte(&generator)
            case 2: bytes.insert(randomByte(&generator), at: index)
            default: bytes.insert(contentsOf: fragment(&generator), at: index)
            }
        }
        return bytes
    }

    private func randomByte(_ generator: inout SeededGenerator) -> UInt8 {
        let telling = Array("[]{}=.,\"'#\\\n\r\t _-+:0123456789abuUxeTZ\u{0}é".utf8)
        return Bool.random(using: &generator)
            ? telling.randomElement(using: &generator) ?? 0
            : UInt8.random(in: 0...255, using: &generator)
    }

    private func fragment(_ generator: inout SeededGenerator) -> ArraySlice<UInt8> {
        let source = Self.documents.randomElement(using: &generator) ?? []
        let start = Int.random(in: 0...source.count, using: &generator)
        return source[start...].prefix(Int.random(in: 0...20, using: &generator))
    }

    private func randomText(_ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let limit: UInt32 = Bool.random(using: &generator) ? 0x90 : 0x10FFFF
            let code = UInt32.random(in: 0...limit, using: &generator)
            text.unicodeScalars.append(Unicode.Scalar(code) ?? "?")
        }
        return text
    }
}
