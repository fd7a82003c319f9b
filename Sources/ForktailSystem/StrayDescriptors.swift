import CForktail
import Glibc

/// The descriptors that this process was started with and that forktail has no use for.
///
/// The arbiter keeps them: one may be a lock, or the file that a log names by /dev/fd. The workers
/// close them.
package struct StrayDescriptors: Sendable {
    private let files: [CInt: FileStatus.Identity]

    /// Notes what is open at this moment beside the standard streams: /proc/self/fd.
    ///
    /// To be called before forktail opens anything; it finds nothing where /proc is not mounted.
    package init() {
        var files: [CInt: FileStatus.Identity] = [:]
        for name in ProcessTree.names(in: "/proc/self/fd") {
            // The descriptor of the directory itself is closed by now, and has no identity.
            guard let number = CInt(name), number > 2 else { continue }
            files[number] = Self.identity(of: number)
        }
        self.files = files
    }

    private init(files: [CInt: FileStatus.Identity]) {
        self.files = files
    }

    /// Returns the same without some that are used.
    package func removing(_ numbers: [CInt]) -> StrayDescriptors {
        StrayDescriptors(files: files.filter { !numbers.contains($0.key) })
    }

    /// Closes them, except a number that stands for another file by now.
    package func closeAll() {
        for (number, identity) in files where Self.identity(of: number) == identity {
            close(number)
        }
    }

    private static func identity(of number: CInt) -> FileStatus.Identity? {
        var status = stat()
        return fstat(number, &status) == 0 ? FileStatus(status).identity : nil
    }
}
