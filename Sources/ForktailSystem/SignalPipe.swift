import CForktail
import Glibc

/// The arbiter's signals, in the order in which they came.
///
/// The handler, which is C, writes one record per signal into a pipe: two TTINs are two records, and
/// each names the process that sent it. Only the kernel merges signals: those of one number that are
/// sent while one is still pending, signal(7).
package struct SignalPipe: ~Copyable {
    /// One caught signal.
    package struct Record: Sendable {
        package let signal: Signal
        /// The process that sent it, or 0 where the kernel did.
        package let sender: ProcessID
        /// Whether the kernel raised it: for HUP, TTIN, TTOU, INT and WINCH that is the terminal.
        package let isFromKernel: Bool
    }

    private let readEnd: FileDescriptor
    private let writeEnd: FileDescriptor

    /// Opens the pipe; nothing is caught yet.
    package init() throws(Errno) {
        let ends = try Pipe.open()
        readEnd = FileDescriptor(owning: ends.reading)
        writeEnd = FileDescriptor(owning: ends.writing)
    }

    /// Has these signals recorded in this pipe, for as long as it lives: sigaction(2).
    package func record(_ signals: [Signal]) throws(Errno) {
        forktail_signal_pipe(writeEnd.rawValue)
        for signal in signals {
            try check { forktail_signal_record(signal.rawValue) }
        }
    }

    /// The descriptor that becomes readable when a signal came.
    package var descriptor: CInt { readEnd.rawValue }

    /// Takes all records that are waiting.
    package func drain() -> [Record] {
        var records: [Record] = []
        while let record = next() {
            records.append(record)
        }
        return records
    }

    private func next() -> Record? {
        var caught = forktail_signal()
        let size = MemoryLayout<forktail_signal>.size
        // A record is written by one write(2) far below PIPE_BUF, so it is read whole or not at all.
        let count = withUnsafeMutableBytes(of: &caught) {
            Glibc.read(readEnd.rawValue, $0.baseAddress, size)
        }
        guard count == size else { return nil }
        // SI_KERNEL is 0x80; kill(2), sigqueue(3) and tkill(2) have values of zero and below.
        let isFromKernel = caught.code > 0 && caught.number != SIGCHLD
        return Record(
            signal: Signal(rawValue: caught.number),
            sender: ProcessID(rawValue: isFromKernel ? 0 : caught.sender),
            isFromKernel: isFromKernel
        )
    }
}
