import Foundation
import Testing

@testable import ForktailConfiguration

/// What `make fuzz` has found telling: each promise of the parser is kept for each input.
@Suite struct CorpusTests {
    @Test func keepsThePromisesOfTheTOMLParser() throws {
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fuzzing/Corpus/toml")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: nil
        )
        #expect(!files.isEmpty)
        for file in files {
            let bytes = try Array(Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") {
                try TOMLProperty.check(bytes)
            }
        }
    }
}
