/// Why what an application returned can't be sent as an answer.
package enum ResponseFault: Error, Hashable {
    /// A field, or an announced trailer, has a value or a name that must not be sent.
    case field(HTTPField.Name)
    /// A trailer was not announced or has a value that must not be sent.
    case trailer(HTTPField.Name)
    /// An interim status, after which the client would wait for the answer.
    case interimStatus(Int)
    /// A tunnel for a request that asked for none, or with a status that grants none.
    case tunnel
    /// A protocol that the client has not offered, or with another status than 101.
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
    /// Finds out whether the response can answer a request.
    ///
    /// - Parameter request: what the client has asked for.
    /// - Throws: `ResponseFault`: why it can't.
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
        case .bytes, .file, .stream, .streamWithTrailers:
            guard status.code >= 200 else { throw .interimStatus(status.code) }
        }
    }

    /// Says whether the application has not seen that the request was a CONNECT.
    ///
    /// It answers with content, or says that there is nothing at the path, which a CONNECT has not.
    /// A 2xx would even make the client believe that it had a tunnel, RFC 9110 section 9.3.6.
    package func overlooksConnect(_ request: Request) -> Bool {
        guard request.storage.head.form == .authority else { return false }
        if case .connection = body { return false }
        return (200..<300).contains(status.code) || status == .notFound
    }
}
