import Foundation
import Testing

@testable import ForktailHTTP

/// What `make fuzz` has found telling: each promise of a parser is kept for each input.
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
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fuzzing/Corpus/\(target)")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: nil
        )
        #expect(!files.isEmpty)
        for file in files {
            let bytes = try Array(Data(contentsOf: file))
            #expect(throws: Never.self, "\(target)/\(file.lastPathComponent)") {
                try promise(bytes)
            }
        }
    }
}
