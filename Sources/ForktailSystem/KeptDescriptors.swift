import Glibc

/// Descriptors that other code of the process must leave open.
///
/// Code of a user may close all that it finds, and open other files under their numbers. A call on such
/// a number traps, or hits a wrong file.
package struct KeptDescriptors: Sendable {
    private let files: [CInt: FileStatus.Identity]

    /// Notes which files are open under some numbers.
    package init(_ numbers: [CInt]) {
        let files = numbers.compactMap { number in Self.file(of: number).map { (number, $0) } }
        self.files = Dictionary(files) { $1 }
    }

    /// Whether the same files are open under these numbers: fstat(2).
    package var areOpen: Bool { files.allSatisfy { Self.file(of: $0.key) == $0.value } }

    private static func file(of number: CInt) -> FileStatus.Identity? {
        var status = stat()
        return fstat(number, &status) == 0 ? FileStatus(status).identity : nil
    }
}
