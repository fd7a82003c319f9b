import Foundation

/// An input that `make fuzz` has found for a parser: a file of `Tests/Fuzzing/Corpus`.
package struct CorpusInput {
    /// The target of `make fuzz`, and the name of the file.
    package let name: String
    /// What the parser gets.
    package let bytes: [UInt8]

    /// Reads all that was kept for a target of `make fuzz`.
    package static func all(of target: String) throws -> [CorpusInput] {
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fuzzing/Corpus/\(target)")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: nil
        )
        return try files.map { file in
            let name = "\(target)/\(file.lastPathComponent)"
            return try CorpusInput(name: name, bytes: Array(Data(contentsOf: file)))
        }
    }
}
