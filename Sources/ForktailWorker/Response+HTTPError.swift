import ForktailHTTP

extension Response {
    /// The answer that shows an error to the client.
    init(_ error: HTTPError) {
        self.init(text: "\(error.message)\n", status: error.status)
        for field in error.fields {
            fields.append(field)
        }
    }
}
