import CForktail
import Glibc

/// A file in memory that has no name: memfd_create(2).
package enum MemoryFile {
    /// Makes an empty one.
    package static func make() throws(Errno) -> FileDescriptor {
        FileDescriptor(owning: try check { forktail_memory_file("forktail", false) })
    }

    /// Makes an empty one that `seal` can end.
    ///
    /// - Throws: What the system says.
    package static func makeSealable() throws(Errno) -> FileDescriptor {
        FileDescriptor(owning: try check { forktail_memory_file("forktail", true) })
    }

    /// Makes such a file one that never changes, and that no other user can open: fcntl(2) F_ADD_SEALS.
    ///
    /// - Throws: What the system says.
    package static func seal(_ file: CInt) throws(Errno) {
        try check { forktail_seal(file) }
    }

    /// Makes one with some bytes that never change.
    package static func makeSealed(_ bytes: [UInt8]) throws(Errno) -> FileDescriptor {
        let file = try makeSealable()
        try bytes.span.bytes.withUnsafeBytes { (bytes) throws(Errno) in try file.writeAll(bytes) }
        try seal(file.rawValue)
        return file
    }

    /// Reads what another process has written, from the start: pread(2).
    ///
    /// - Parameters:
    ///   - file: The file, whose position is another process's as well.
    ///   - limit: The most bytes to read.
    /// - Returns: The bytes.
    /// - Throws: What the system says.
    package static func contents(of file: CInt, upTo limit: Int) throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = try checkUninterrupted { pread(file, &bytes, limit, 0) }
        return Array(bytes.prefix(count))
    }

    /// Writes bytes from the start, over those that are there: pwrite(2).
    package static func replace(
        _ file: CInt,
        with bytes: UnsafeRawBufferPointer
    ) throws(Errno) {
        try checkUninterrupted { pwrite(file, bytes.baseAddress, bytes.count, 0) }
    }

    /// Removes what it holds, in this process and all others: ftruncate(2).
    package static func clear(_ file: CInt) throws(Errno) {
        try check { ftruncate(file, 0) }
        try check { lseek(file, 0, SEEK_SET) == -1 ? CInt(-1) : 0 }
    }
}
