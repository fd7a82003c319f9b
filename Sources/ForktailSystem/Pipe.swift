import CForktail
import Glibc

/// A pipe: pipe2(2).
package enum Pipe {
    /// Opens a pipe both of whose ends return EAGAIN instead of waiting.
    ///
    /// - Returns: The numbers of the ends; the caller has to take ownership of them.
    package static func open() throws(Errno) -> (reading: CInt, writing: CInt) {
        var ends: [CInt] = [-1, -1]
        try check { forktail_pipe2(&ends, O_CLOEXEC | O_NONBLOCK) }
        return (ends[0], ends[1])
    }
}
