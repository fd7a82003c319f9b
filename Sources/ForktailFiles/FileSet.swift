import ForktailHTTP

/// A file with its precompressed neighbours: the representations of one resource.
final class FileSet: Sendable {
    /// The file itself.
    private let original: FileRepresentation
    /// The neighbours by their coding, the best first.
    private let coded: [(coding: String, representation: FileRepresentation)]
    /// The codings to choose among.
    private let offers: [String]
    /// What all this depends on.
    let observations: [FileObservation]

    init(
        original: FileRepresentation,
        coded: [(coding: String, representation: FileRepresentation)],
        observations: [FileObservation]
    ) {
        self.original = original
        self.coded = coded
        offers = coded.map(\.coding) + ["identity"]
        self.observations = observations
    }

    /// The representation that suits a client best; the original where none does, RFC 9110
    /// section 12.5.3.
    func choose(for request: Request) -> FileRepresentation {
        guard !coded.isEmpty else { return original }
        let best = request.preferredEncoding(among: offers)
        return coded.first { $0.coding == best }?.representation ?? original
    }

    /// Shows the original to a client whose request has failed.
    func response(showing error: HTTPError) -> Response {
        original.response(showing: error)
    }
}
