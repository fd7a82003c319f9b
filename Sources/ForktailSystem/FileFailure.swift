/// Why a file can't be used.
package struct FileFailure: Error, CustomStringConvertible {
    /// The error of the call that failed, or the nearest one where a check failed.
    package let errno: Errno
    /// What is wrong, and the cure where there is one.
    package let description: String

    /// Makes the failure of a call.
    package init(_ errno: Errno) {
        self.init(errno, errno.description)
    }

    /// Makes the failure of a check.
    package init(_ errno: Errno, _ reason: String) {
        self.errno = errno
        description = reason
    }
}

/// Runs calls of the system; their errors become failures of a file.
package func fileCall<Result: ~Copyable>(
    _ body: () throws(Errno) -> Result
) throws(FileFailure) -> Result {
    do throws(Errno) {
        return try body()
    } catch {
        throw FileFailure(error)
    }
}
