import CForktail
import Glibc

/// Commands on their way from the observer to the arbiter: records of one size on a socket that
/// neither side waits for, unix(7) SOCK_SEQPACKET.
package enum CommandChannel {
    /// Opens both ends.
    ///
    /// - Returns: Their numbers; the caller has to take ownership of them.
    package static func open() throws(Errno) -> (arbiter: CInt, observer: CInt) {
        var ends: [CInt] = [-1, -1]
        try check { forktail_record_pair(&ends) }
        return (ends[0], ends[1])
    }
}

extension FileDescriptor {
    /// Sends a command.
    ///
    /// - Throws: `.wouldBlock` where the arbiter does not read.
    package func send(_ command: ControlCommand) throws(Errno) {
        var record = forktail_command(
            ticket: command.ticket,
            kind: command.kind.rawValue,
            argument: command.argument,
            process: command.process,
            user: command.user
        )
        let size = MemoryLayout<forktail_command>.size
        try check { CInt(clamping: forktail_send_record(rawValue, &record, size)) }
    }

    /// What a read of the arbiter's end has found.
    package enum ReceivedCommand {
        case command(ControlCommand)
        /// A record that is no command.
        case garbage
        case nothing
        /// The observer has ended.
        case end
    }

    /// Receives a command, without waiting.
    package func receiveCommand() -> ReceivedCommand {
        var record = forktail_command()
        let size = MemoryLayout<forktail_command>.size
        let count = forktail_receive_record(rawValue, &record, size)
        switch count {
        case 0: return .end
        case ..<0: return Errno.current == .wouldBlock ? .nothing : .end
        case size: break
        default: return .garbage
        }
        guard let kind = ControlCommand.Kind(rawValue: record.kind) else { return .garbage }
        return .command(
            ControlCommand(
                ticket: record.ticket,
                kind: kind,
                argument: record.argument,
                process: record.process,
                user: record.user
            )
        )
    }

    /// The process and the user that have connected this Unix-domain socket: unix(7) SO_PEERCRED.
    package func peer() throws(Errno) -> (process: Int32, user: UInt32) {
        try FileDescriptor.peer(of: rawValue)
    }

    /// The same for a descriptor that has another owner.
    package static func peer(of number: CInt) throws(Errno) -> (process: Int32, user: UInt32) {
        var process: CInt = 0
        var user: CUnsignedInt = 0
        try check { forktail_peer(number, &process, &user) }
        return (process, user)
    }

    /// The path that a Unix-domain socket was bound to, or the listener that has accepted it; nil for
    /// any other descriptor: getsockname(2).
    package static func boundPath(of number: CInt) -> SystemString? {
        SocketAddress.local(of: number)?.path
    }

    /// How many connections may wait to be accepted from a TCP socket: tcp(7) TCP_INFO.
    package func queueLimit() throws(Errno) -> Int {
        Int(try check { forktail_queue_limit(rawValue) })
    }
}
