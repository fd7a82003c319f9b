/// The codings of all Transfer-Encoding lines, RFC 9112 section 6.1.
///
/// Only `chunked`, once and last, says where a request ends. Anything that another party might
/// read differently is refused, because a body that two parties see differently can smuggle a
/// request. That includes an empty element, which section 5.6.1 of RFC 9110 allows.
struct TransferCodings {
    private var isChunked = false
    private var hasOthers = false

    /// Takes in the elements of one line.
    mutating func note(_ value: Range<Int>, of bytes: Span<UInt8>) throws(RequestFault) {
        var position = value.lowerBound
        while let element = bytes.nextElement(of: value, from: &position) {
            try noteCoding(element, of: bytes)
        }
    }

    /// Checks that the list as a whole is one that this server decodes.
    func check() throws(RequestFault) {
        guard isChunked else { throw .chunkedNotLast }
        guard !hasOthers else { throw .unknownTransferCoding }
    }

    private mutating func noteCoding(
        _ element: Range<Int>,
        of bytes: Span<UInt8>
    ) throws(RequestFault) {
        let name = Self.name(of: element, in: bytes)
        guard !name.isEmpty else { throw .malformedTransferEncoding }
        let isChunked = bytes.matches(name, "chunked")
        guard !self.isChunked else { throw isChunked ? .repeatedChunked : .chunkedNotLast }
        if isChunked {
            guard name == element else { throw .malformedTransferEncoding }
            self.isChunked = true
        } else {
            guard Self.isRegistered(name, of: bytes) else { throw .unknownTransferCoding }
            hasOthers = true
        }
    }

    /// The token before an element's parameters; empty where the element has none.
    private static func name(of element: Range<Int>, in bytes: Span<UInt8>) -> Range<Int> {
        let end = bytes.firstIndex(of: UInt8(ascii: ";"), in: element) ?? element.upperBound
        let name = bytes.trimmed(element.lowerBound..<end)
        for index in name where !ByteSet.token.contains(bytes[index]) { return 0..<0 }
        return name
    }

    /// Says whether a coding is in the IANA registry of transfer codings.
    private static func isRegistered(_ name: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        bytes.matches(name, "gzip") || bytes.matches(name, "x-gzip")
            || bytes.matches(name, "compress") || bytes.matches(name, "x-compress")
            || bytes.matches(name, "deflate") || bytes.matches(name, "identity")
    }
}
