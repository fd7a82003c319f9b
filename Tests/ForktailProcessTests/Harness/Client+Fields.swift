extension Client {
    /// Asks for something with fields, and reads the answer to the end of the connection.
    ///
    /// - Parameters:
    ///   - path: The request target.
    ///   - address: The server.
    ///   - method: The method.
    ///   - fields: The fields beside Host and Connection.
    /// - Returns: The answer.
    /// - Throws: `ConnectionFault`, also where the answer is not whole.
    static func ask(
        _ path: String,
        at address: Address,
        method: String = "GET",
        _ fields: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        let client = try Client(address)
        try client.send(request(path, method: method, fields))
        return try client.reply(toHead: method == "HEAD")
    }

    /// A request after whose answer the connection ends.
    static func request(
        _ path: String,
        method: String = "GET",
        _ fields: KeyValuePairs<String, String>
    ) -> String {
        let lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
        let head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        return "\(head)\(lines)\r\n"
    }
}
