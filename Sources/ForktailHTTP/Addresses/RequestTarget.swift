/// The request target's four forms and their parts, RFC 9112 section 3.2.
enum RequestTarget {
    /// Enters form, authority, path and query of the target into `head`, whose method and target
    /// are there already.
    static func fill(_ head: inout RequestHead, from bytes: Span<UInt8>) throws(RequestFault) {
        let target = head.target
        head.authority = nil
        head.query = nil
        head.isSecureTarget = false
        head.path = target.upperBound..<target.upperBound
        head.form = try form(of: target, method: head.method, in: bytes)
        switch head.form {
        case .origin:
            try fillPath(target, of: &head, from: bytes)
        case .absolute:
            try fillAbsolute(&head, from: bytes)
        case .authority:
            try fillAuthority(&head, from: bytes)
        case .asterisk:
            head.path = target
        }
    }

    private static func form(
        of target: Range<Int>,
        method: Range<Int>,
        in bytes: Span<UInt8>
    ) throws(RequestFault) -> TargetForm {
        if bytes.equals(method, "CONNECT") { return .authority }
        switch bytes[target.lowerBound] {
        case UInt8(ascii: "/"):
            return .origin
        case UInt8(ascii: "*") where target.count == 1:
            guard bytes.equals(method, "OPTIONS") else { throw .asteriskForm }
            return .asterisk
        default:
            return .absolute
        }
    }

    private static func fillAuthority(
        _ head: inout RequestHead,
        from bytes: Span<UInt8>
    ) throws(RequestFault) {
        guard Authority.isValid(head.target, of: bytes, needsPort: true) else {
            throw .authorityForm
        }
        head.authority = head.target
    }

    private static func fillAbsolute(
        _ head: inout RequestHead,
        from bytes: Span<UInt8>
    ) throws(RequestFault) {
        let start = try takeScheme(of: &head, from: bytes)
        let rest = start..<head.target.upperBound
        var end = start
        while end < rest.upperBound, bytes[end] != UInt8(ascii: "/"),
            bytes[end] != UInt8(ascii: "?")
        { end += 1 }
        guard bytes.firstIndex(of: UInt8(ascii: "@"), in: start..<end) == nil else {
            throw .userInformationInTarget
        }
        guard Authority.isValid(start..<end, of: bytes) else { throw .malformedTargetAuthority }
        head.authority = start..<end
        try fillPath(end..<rest.upperBound, of: &head, from: bytes)
    }

    /// Enters whether the scheme of an absolute target is `https`, and returns where its authority
    /// starts.
    private static func takeScheme(
        of head: inout RequestHead,
        from bytes: Span<UInt8>
    ) throws(RequestFault) -> Int {
        let target = head.target
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":"), in: target) else {
            throw .malformedTarget
        }
        let end = colon + 3
        guard end <= target.upperBound, bytes.matches(colon..<end, "://") else {
            throw .malformedTarget
        }
        head.isSecureTarget = bytes.matches(target.lowerBound..<colon, "https")
        guard head.isSecureTarget || bytes.matches(target.lowerBound..<colon, "http") else {
            throw .malformedTarget
        }
        return end
    }

    private static func fillPath(
        _ range: Range<Int>,
        of head: inout RequestHead,
        from bytes: Span<UInt8>
    ) throws(RequestFault) {
        let mark = try pathEnd(of: range, in: bytes)
        head.path = range.lowerBound..<mark
        if mark < range.upperBound { head.query = (mark + 1)..<range.upperBound }
    }

    /// Finds the end of the path, and makes sure that its escapes can be decoded.
    ///
    /// The path is bytes: what is decoded need not be UTF-8.
    private static func pathEnd(
        of range: Range<Int>,
        in bytes: Span<UInt8>
    ) throws(RequestFault) -> Int {
        var index = bytes.endOfRun(of: .path, from: range.lowerBound, to: range.upperBound)
        while index < range.upperBound, bytes[index] != UInt8(ascii: "?") {
            if bytes[index] >= 0x80 {
                index += 1
            } else {
                guard bytes[index] == UInt8(ascii: "%"),
                    let octet = PercentCoding.escape(at: index, in: range, of: bytes), octet != 0
                else { throw .malformedPath }
                index += 3
            }
            index = bytes.endOfRun(of: .path, from: index, to: range.upperBound)
        }
        return index
    }
}
