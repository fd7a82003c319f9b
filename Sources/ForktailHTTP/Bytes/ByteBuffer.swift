/// A buffer of bytes whose memory is reused.
///
/// Appending a few bytes costs less than with an array, little more than the copy; heads and log
/// lines are made of many such pieces.
///
/// It is public, for modules of forktail alone: the compiler inlines nothing that is `package` into
/// another module.
@_spi(inlined) @safe public struct ByteBuffer: ~Copyable {
    // SAFETY: room for `capacity` bytes, the first `count` of which are initialized; freed in deinit,
    // or when larger memory takes its place.
    @usableFromInline var memory: UnsafeMutablePointer<UInt8>
    @usableFromInline package internal(set) var capacity: Int
    /// How many bytes there are.
    @usableFromInline package internal(set) var count = 0

    /// Makes an empty buffer with room for the given number of bytes; it grows as it needs to.
    package init(capacity: Int = 512) {
        unsafe memory = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// The bytes as an array of their own.
    package var array: [UInt8] { array(0..<count) }

    /// The bytes in `range` as an array of their own.
    package borrowing func array(_ range: Range<Int>) -> [UInt8] {
        withSpan { Array($0.extracting(range)) }
    }

    /// The byte at an index.
    @inlinable public subscript(index: Int) -> UInt8 {
        precondition((0..<count).contains(index))
        return unsafe memory[index]
    }

    /// Removes the first bytes.
    package mutating func removeFirst(_ removed: Int) {
        precondition((0...count).contains(removed))
        count -= removed
        unsafe memory.update(from: memory + removed, count: count)
    }

    /// Removes all bytes but the first ones.
    @inlinable public mutating func truncate(to count: Int = 0) {
        precondition((0...self.count).contains(count))
        self.count = count
    }

    /// Appends a byte.
    @inlinable @inline(__always)
    public mutating func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        unsafe memory[count] = byte
        count &+= 1
    }

    /// Appends two bytes.
    mutating func append(_ first: UInt8, _ second: UInt8) {
        if capacity &- count < 2 { grow(by: 2) }
        unsafe memory[count] = first
        unsafe memory[count &+ 1] = second
        count &+= 2
    }

    /// Appends the bytes of a span.
    @inlinable @inline(__always)
    public mutating func append(_ bytes: Span<UInt8>) {
        if bytes.count > capacity &- count { grow(by: bytes.count) }
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe (memory + count).initialize(from: start, count: source.count)
        }
        count &+= bytes.count
    }

    /// Appends the digits of `number`.
    @inlinable public mutating func append(decimal number: UInt64) {
        var digits = 1
        var rest = number / 10
        while rest > 0 {
            digits &+= 1
            rest /= 10
        }
        append(decimal: number, digits: digits)
    }

    /// Appends the last digits of `number`, with zeros in front: 35 with three digits is `035`.
    @inlinable @inline(__always)
    public mutating func append(decimal number: UInt64, digits: Int) {
        if capacity &- count < digits { grow(by: digits) }
        var place = count &+ digits
        var rest = number
        while place > count {
            place &-= 1
            unsafe memory[place] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count &+= digits
    }

    @usableFromInline @inline(never)
    mutating func grow(by needed: Int) {
        capacity = max(2 * capacity, count + needed)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        unsafe larger.initialize(from: memory, count: count)
        unsafe memory.deallocate()
        unsafe memory = larger
    }

    /// Lends all bytes to `body`.
    @inlinable public borrowing func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeBufferPointer(start: memory, count: count))
    }
}

extension ByteBuffer {
    /// Lends all bytes to `body`, as a span.
    @inlinable @inline(__always)
    public borrowing func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe Span(_unsafeStart: memory, count: count))
    }

    /// Appends the bytes of another buffer.
    mutating func append(_ other: borrowing ByteBuffer) {
        other.withSpan { append($0) }
    }

    /// Appends the bytes of `text`.
    package mutating func append(_ text: String) {
        append(text.utf8.span)
    }

    /// Appends the bytes of a literal.
    @inlinable @inline(__always)
    public mutating func append(literal: ASCIILiteral) {
        literal.withBytes { append($0) }
    }

    /// Appends one field line.
    mutating func append(_ field: HTTPField) {
        append(field.name.rawName)
        append(UInt8(ascii: ":"), UInt8.space)
        append(field.value)
        append(UInt8.carriageReturn, UInt8.lineFeed)
    }
}
