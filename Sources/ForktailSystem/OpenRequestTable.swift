import CForktail

/// The requests that a worker has begun to serve and has not logged: mmap(2) MAP_SHARED.
///
/// The arbiter makes it before it forks the worker, and writes the lines of those that are left in it
/// when the worker has ended.
package struct OpenRequestTable: Sendable {
    // SAFETY: the memory is unmapped once by each of its processes, after its last use there; the worker
    // is the only writer, and the arbiter copies entries and believes nothing in them.
    nonisolated(unsafe) let requests: UnsafeMutablePointer<forktail_open_requests>
    /// How many requests there is room for.
    package let capacity: Int
    /// The file of the memory, for a worker that becomes another program; nil for any other.
    package let file: SharedDescriptor?

    /// The size of a request in bytes, by which a program knows whether it can use the table.
    package static var entrySize: Int { MemoryLayout<forktail_open_request>.stride }

    /// Makes room for this many requests; unused pages cost nothing.
    package init(capacity: Int) throws(Errno) {
        guard let requests = forktail_open_requests_make(capacity) else { throw Errno.current }
        self.requests = requests
        self.capacity = capacity
        file = nil
    }

    /// Makes the same with a file, or maps that of another process.
    package init(capacity: Int, in shared: SharedDescriptor?) throws(Errno) {
        var number = shared?.descriptor.rawValue ?? -1
        guard let requests = forktail_open_requests_map(capacity, &number) else {
            throw Errno.current
        }
        self.requests = requests
        self.capacity = capacity
        file = shared ?? SharedDescriptor(FileDescriptor(owning: number))
    }

    /// Gives back the memory in this process.
    package func unmap() {
        forktail_open_requests_free(requests, capacity)
    }

    /// Copies of the requests in it, with every length checked; the text is what the worker left there.
    package var all: [Copy] {
        let used = min(Int(requests.pointee.used), capacity)
        return (0..<used).compactMap { Copy(entry($0).pointee) }
    }

    /// A copy of an open request.
    package struct Copy: Sendable {
        /// The status of a response that has begun, or that a crash handler sent.
        package let status: Int?
        /// How many bytes of the response's body were sent.
        package let sentLength: UInt64
        /// When its first byte came.
        package let start: Instant
        /// Its line in the access log, with a mark for each value that the worker did not know.
        package let text: [UInt8]

        init?(_ request: forktail_open_request) {
            guard request.is_open != 0 else { return nil }
            status = (100...999).contains(request.status) ? Int(request.status) : nil
            sentLength = request.sent
            start = Instant(nanosecondsSinceBoot: max(0, request.started))
            text = withUnsafeBytes(of: request.text) { Array($0.prefix(Int(request.text_length))) }
        }
    }

    fileprivate func entry(_ index: Int) -> UnsafeMutablePointer<forktail_open_request> {
        forktail_open_request_at(requests, index)
    }

    fileprivate func noteUse(of index: Int) {
        requests.pointee.used = max(requests.pointee.used, UInt32(clamping: index + 1))
    }
}

/// The worker's side of the table; only the thread that logs uses it.
package struct OpenRequestWriter {
    /// How long the text of a request can be.
    package static let textLimit = Int(FORKTAIL_OPEN_TEXT_ROOM)

    private let table: OpenRequestTable
    private var unused = 0
    private var free: [OpenRequest] = []

    /// Makes the only writer of a table.
    package init(_ table: OpenRequestTable) {
        self.table = table
    }

    /// Begins a request.
    ///
    /// - Parameters:
    ///   - text: Its line in the access log, `textLimit` bytes at most.
    ///   - isWhole: Whether nothing was cut from it.
    ///   - start: When its first byte came.
    /// - Returns: The request; nil where there is no room.
    package mutating func begin(_ text: Span<UInt8>, isWhole: Bool, start: Instant) -> OpenRequest?
    {
        guard var request = free.popLast() ?? next() else { return nil }
        request.begin(text, start: start)
        request.isWhole = isWhole
        return request
    }

    /// Ends a request whose line is written.
    package mutating func end(_ request: OpenRequest) {
        request.end()
        free.append(request)
    }

    private mutating func next() -> OpenRequest? {
        guard unused < table.capacity else { return nil }
        defer { unused += 1 }
        table.noteUse(of: unused)
        return OpenRequest(table.entry(unused))
    }
}

/// A request that is not logged, as the arbiter finds it if the worker ends now.
package struct OpenRequest: Sendable {
    // SAFETY: see `OpenRequestTable`; the worker never unmaps its own.
    nonisolated(unsafe) let pointer: UnsafeMutablePointer<forktail_open_request>
    /// Whether its line is there as a whole.
    package fileprivate(set) var isWhole = true

    fileprivate init(_ pointer: UnsafeMutablePointer<forktail_open_request>) {
        self.pointer = pointer
    }

    /// Lends its line, with a mark for each value that was not known, to `body`.
    package func withText(_ body: (Span<UInt8>) -> Void) {
        let count = min(Int(pointer.pointee.text_length), OpenRequestWriter.textLimit)
        withUnsafeBytes(of: &pointer.pointee.text) { room in
            body(Span(_unsafeBytes: room).extracting(first: count))
        }
    }

    /// Notes how far the response has come.
    package func note(status: Int, sent: UInt64) {
        pointer.pointee.status = UInt32(clamping: status)
        pointer.pointee.sent = sent
    }

    fileprivate func begin(_ text: Span<UInt8>, start: Instant) {
        pointer.pointee.status = 0
        pointer.pointee.sent = 0
        pointer.pointee.started = start.nanosecondsSinceBoot
        pointer.pointee.text_length = UInt32(clamping: min(text.count, OpenRequestWriter.textLimit))
        withUnsafeMutableBytes(of: &pointer.pointee.text) { room in
            text.extracting(first: room.count).withUnsafeBytes { room.copyMemory(from: $0) }
        }
        pointer.pointee.is_open = 1
    }

    fileprivate func end() {
        pointer.pointee.is_open = 0
    }
}
