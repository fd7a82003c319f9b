/// The fields of a response that the server has a say in.
enum ResponseField {
    case date
    case server
    case contentLength
    /// A field of one connection, RFC 9110 section 7.6.1, which an application can't set.
    case hopByHop
    case other

    /// Finds out what a field is by its name.
    init(_ name: HTTPField.Name) {
        self =
            switch name.rawName.utf8.count {
            case 2: name == .te ? .hopByHop : .other
            case 4: name == .date ? .date : .other
            case 6: name == .server ? .server : .other
            case 7: name == .trailer || name == .upgrade ? .hopByHop : .other
            case 10: name == .connection || name == .keepAlive ? .hopByHop : .other
            case 14: name == .contentLength ? .contentLength : .other
            case 16: name == .proxyConnection ? .hopByHop : .other
            case 17: name == .transferEncoding ? .hopByHop : .other
            default: .other
            }
    }
}
