import CForktail
import Glibc

extension FileDescriptor {
    /// Takes a connection from a listener's queue, with the address of its peer: accept4(2).
    ///
    /// - Parameters:
    ///   - listener: Whose queue.
    ///   - peer: Becomes the address of the peer.
    ///   - waiting: Whether calls on the connection wait; accept4(2) itself does as the listener is.
    /// - Returns: The connection.
    /// - Throws: `.interrupted` when a signal came, `.wouldBlock` when the receive timeout passed.
    package static func accept(
        from listener: CInt,
        peer: inout RemoteAddress,
        waiting: Bool = true
    ) throws(Errno) -> FileDescriptor {
        let flags = CInt(SOCK_CLOEXEC.rawValue) | (waiting ? 0 : CInt(SOCK_NONBLOCK.rawValue))
        var address = SocketAddress()
        let number = try check {
            address.withMutableSockaddr { forktail_accept4(listener, $0, &$1, flags) }
        }
        peer = RemoteAddress(address)
        return FileDescriptor(owning: number)
    }

    /// Receives what is there, or waits for it: recv(2).
    ///
    /// - Parameters:
    ///   - buffer: The room to fill.
    ///   - waiting: Whether to wait where nothing is there.
    /// - Returns: How many bytes came; zero when the peer has ended its side.
    /// - Throws: `.interrupted` when a signal came, `.wouldBlock` when the receive timeout passed,
    ///   or at once where `waiting` is false and nothing is there.
    package func receive(
        into buffer: UnsafeMutableRawBufferPointer,
        waiting: Bool = true
    ) throws(Errno) -> Int {
        let flags = waiting ? 0 : CInt(MSG_DONTWAIT)
        return try check { recv(rawValue, buffer.baseAddress, buffer.count, flags) }
    }

    /// Whether received bytes wait; false where the connection is broken: recv(2) with MSG_PEEK.
    package var hasUnreadInput: Bool {
        var byte: UInt8 = 0
        return recv(rawValue, &byte, 1, CInt(MSG_DONTWAIT) | CInt(MSG_PEEK)) > 0
    }

    /// Looks at received bytes without waiting and without taking them: recv(2) with MSG_PEEK.
    ///
    /// - Parameter buffer: The room to fill.
    /// - Returns: How many bytes there are; zero when the peer has ended its side.
    /// - Throws: As `receive(into:waiting:)`.
    package func peek(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        let flags = CInt(MSG_PEEK) | CInt(MSG_DONTWAIT)
        return try check { recv(rawValue, buffer.baseAddress, buffer.count, flags) }
    }

    /// Ends the peer's side: receive calls return zero bytes: shutdown(2) SHUT_RD.
    package func endReceiving() throws(Errno) {
        try check { shutdown(rawValue, CInt(SHUT_RD)) }
    }

    /// Whether the peer has ended its side, be there something to read or not, or the connection is
    /// broken: poll(2) POLLRDHUP.
    package var peerHasEnded: Bool { forktail_peer_has_ended(rawValue) }

    /// Sends what the socket takes: send(2).
    ///
    /// - Parameters:
    ///   - buffer: The bytes.
    ///   - more: Whether more follows at once, so that a small packet may wait for it: MSG_MORE.
    /// - Returns: How many bytes the socket took.
    /// - Throws: As `receive(into:waiting:)`.
    package func send(_ buffer: UnsafeRawBufferPointer, more: Bool) throws(Errno) -> Int {
        let flags = CInt(MSG_NOSIGNAL) | (more ? CInt(MSG_MORE) : 0)
        return try check { Glibc.send(rawValue, buffer.baseAddress, buffer.count, flags) }
    }

    /// Sends a part of a file: sendfile(2).
    ///
    /// - Parameters:
    ///   - file: The number of the file's descriptor.
    ///   - offset: Where the part starts; moved on by what was sent.
    ///   - count: How much of it to send at most.
    /// - Returns: How many bytes the socket took; zero when the file has no such part any more.
    /// - Throws: As `receive(into:waiting:)`.
    package func sendFile(
        _ file: CInt,
        offset: inout UInt64,
        count: Int
    ) throws(Errno) -> Int {
        var position = off_t(clamping: offset)
        let sent = try check { sendfile(rawValue, file, &position, count) }
        offset = UInt64(position)
        return sent
    }

    /// Ends this side of a connection; the peer's side stays open: shutdown(2) SHUT_WR.
    package func endSending() throws(Errno) {
        try check { shutdown(rawValue, CInt(SHUT_WR)) }
    }

    /// Sends a reset at once, for every process that has the connection open: connect(2) with
    /// AF_UNSPEC, tcp(7).
    package func abort() throws(Errno) {
        var nowhere = sockaddr()
        nowhere.sa_family = sa_family_t(AF_UNSPEC)
        let size = socklen_t(MemoryLayout<sockaddr>.size)
        try check { connect(rawValue, &nowhere, size) }
    }

    /// Discards an orderly end: closing sends a reset, so that the peer knows the answer is cut.
    package func resetOnClose() throws(Errno) {
        var now = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        try check { setsockopt(rawValue, SOL_SOCKET, SO_LINGER, &now, size) }
    }
}
