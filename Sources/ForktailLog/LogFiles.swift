package import ForktailSystem

/// The open logs of one generation of workers, in the arbiter and in each of its workers.
package struct LogFiles: Sendable {
    /// The server's log.
    package let server: Logger
    /// The access log; nil where there is none.
    package let access: LogFile?

    /// Makes the pair of two open logs.
    package init(server: Logger, access: LogFile?) {
        self.server = server
        self.access = access
    }

    /// Reopens each file under its name, after they were renamed; one that can't be stays open.
    ///
    /// - Returns: The files that can't be reopened.
    package func reopen() -> [LogReopeningFailure] {
        [server.file, access].compactMap { file in
            do throws(FileFailure) {
                try file?.reopen()
                return nil
            } catch {
                return file.map { LogReopeningFailure(path: $0.name, failure: error) }
            }
        }
    }

    /// Reports how many lines were lost, once the logs take lines again.
    ///
    /// - Parameter isLast: Whether the process is about to end.
    package func reportLosses(isLast: Bool = false) {
        server.reportLoss(isLast: isLast)
        if let access { server.reportLoss(of: access, isLast: isLast) }
    }

    /// Forgets the lost lines, which another process reports: for a child of fork(2).
    package func forgetLosses() {
        server.forgetLoss()
        access?.forgetLoss()
    }

    /// The descriptors, in the order that `replace` takes.
    package var descriptors: [CInt] {
        [server.descriptor] + (access.map { [$0.number] } ?? [])
    }

    /// Continues with files that another process has opened.
    package func replace(with files: [SharedDescriptor]) throws(Errno) {
        if let file = files.first { try server.replace(with: file) }
        if files.count > 1 { try access?.replace(with: files[1]) }
    }
}

/// Why a log file can't be reopened.
package struct LogReopeningFailure: CustomStringConvertible {
    /// The path as the settings have it.
    package let path: String
    /// What is wrong with it.
    package let failure: FileFailure

    /// The failure with what to do: `access.log can't be reopened: Permission denied; …`.
    package var description: String {
        let cure = failure.errno == .noEntry ? "make its directory" : "correct that"
        return "\(path) can't be reopened: \(failure); lines go to the file that is open; \(cure), "
            + "and send SIGUSR1 again"
    }
}
