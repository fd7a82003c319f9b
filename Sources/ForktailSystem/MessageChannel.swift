import CForktail

/// Messages between two processes, over a pair of `DescriptorChannel`: short texts, and open files.
extension FileDescriptor {
    /// What has come.
    package enum Message {
        case text(String, ReceivedFiles)
        /// The other end is closed.
        case end
        case nothing
    }

    /// The longest text, in bytes; what is longer is cut.
    private static let longestText = 4096
    /// The most files of one message: SCM_MAX_FD is 253.
    private static let mostFiles = 200

    /// Sends a text without waiting: sendmsg(2).
    ///
    /// - Throws: `.wouldBlock` where the other end does not take what it was sent.
    package func send(_ text: String) throws(Errno) {
        try send(text, with: [])
    }

    private func send(_ text: String, with files: ArraySlice<CInt>) throws(Errno) {
        let bytes = Array(text.utf8.prefix(Self.longestText))
        let files = Array(files)
        try check { forktail_send_message(rawValue, bytes, bytes.count, files, files.count) }
    }

    /// Takes the next message: recvmsg(2).
    ///
    /// - Parameter waits: Whether the call waits for one.
    /// - Returns: The message, or why there is none.
    package func receiveMessage(waits: Bool) -> Message {
        var room = [UInt8](repeating: 0, count: Self.longestText)
        var numbers = [CInt](repeating: -1, count: Self.mostFiles)
        var count = 0
        let length = forktail_receive_message(
            rawValue,
            &room,
            room.count,
            &numbers,
            &count,
            waits
        )
        guard length != 0 else { return .end }
        guard length > 0 else { return waits || Errno.current != .wouldBlock ? .end : .nothing }
        let text = String(decoding: room.prefix(length), as: UTF8.self)
        return .text(text, ReceivedFiles(Array(numbers.prefix(count))))
    }

    /// Sends any number of open files, without waiting.
    ///
    /// - Throws: `.wouldBlock` where the other end does not take what it was sent; what it got of them
    ///   is dropped there when it gets the next ones.
    package func send(files: [CInt]) throws(Errno) {
        var sent = 0
        repeat {
            let part = files[sent...].prefix(Self.mostFiles)
            try send("\(sent) of \(files.count)", with: part)
            sent += part.count
        } while sent < files.count
    }

    /// Waits for files that were sent by `send(files:)`.
    ///
    /// - Returns: The files, and how many they should be: some are missing where the process may open no
    ///   more. Nil where the other end is closed.
    package func receiveFiles() -> (files: ReceivedFiles, expected: Int)? {
        var files = ReceivedFiles([])
        while case .text(let text, let part) = receiveMessage(waits: true) {
            let words = text.split(separator: " ")
            guard words.count == 3, let start = Int(words[0]), let count = Int(words[2]) else {
                continue
            }
            // The sender has given up those before.
            if start == 0 { files = ReceivedFiles([]) }
            files.append(part)
            if start + Self.mostFiles >= count { return (files, count) }
        }
        return nil
    }
}

/// Open files that have come from another process, and are closed unless they are taken.
package final class ReceivedFiles {
    private var numbers: [CInt]

    fileprivate init(_ numbers: [CInt]) { self.numbers = numbers }

    deinit {
        for number in numbers { _ = FileDescriptor(owning: number) }
    }

    /// How many there are.
    package var count: Int { numbers.count }

    fileprivate func append(_ other: ReceivedFiles) { numbers += other.take() }

    /// Gives up the ownership.
    ///
    /// - Returns: The numbers of the descriptors, in the order in which they were sent.
    package func take() -> [CInt] {
        defer { numbers = [] }
        return numbers
    }
}
