/// Why an application's response can't be sent.
package enum ResponseFault: Error, Hashable {
    /// A field, or an announced trailer, has a value or a name that must not be sent.
    case field(HTTPField.Name)
    /// A trailer was not announced or has a value that must not be sent.
    case trailer(HTTPField.Name)
    /// An interim status, after which the client would wait for a final response.
    case interimStatus(Int)
    /// A tunnel for a request other than CONNECT, or with a status other than 2xx.
    case tunnel
    /// A protocol that the client has not offered, or with a status other than 101.
    case upgrade(String)
}

extension ResponseFault: CustomStringConvertible {
    /// What is wrong, for the log.
    package var description: String {
        switch self {
        case .field(let name): "a response field \(name) that must not be sent"
        case .trailer(let name): "a trailer field \(name) that must not be sent"
        case .interimStatus(let code): "an interim status \(code) as the answer"
        case .tunnel: "a tunnel that is no 2xx to a CONNECT"
        case .upgrade(let name): "a switch to \(name) that is no 101 to a client that offers it"
        }
    }
}

extension Response {
    /// Checks that the response can answer a request.
    ///
    /// - Parameter request: the request.
    /// - Throws: why it can't.
    package func check(against request: Request) throws(ResponseFault) {
        if let refusedName { throw .field(refusedName) }
        let isSuccess = (200..<300).contains(status.code)
        switch body {
        case .connection(nil, _):
            guard request.method == .connect, isSuccess else { throw .tunnel }
        case .connection(let name?, _):
            guard status.code == 101, request.offers(upgradeTo: name) else {
                throw .upgrade(name)
            }
        case .bytes, .text, .file, .stream, .streamWithTrailers, .sequence:
            guard status.code >= 200 else { throw .interimStatus(status.code) }
        }
    }

    /// Says whether the application answers a CONNECT as if it were an ordinary request.
    ///
    /// A 404 is about a path, which a CONNECT does not have. A 2xx would make the client believe that
    /// it has a tunnel, RFC 9110 section 9.3.6.
    package func overlooksConnect(_ request: Request) -> Bool {
        guard request.storage.head.form == .authority else { return false }
        if case .connection = body { return false }
        return (200..<300).contains(status.code) || status == .notFound
    }
}
