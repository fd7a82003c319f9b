import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// What was seen at a path, to find out later whether it still is so.
struct FileObservation: Sendable {
    let path: String
    /// The version of the file there; nil for nothing.
    let version: FileStatus.Version?
}

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

/// Collects the files of a set.
struct FileSetBuilder {
    let path: String
    let contentType: String
    let cacheControl: String?
    var observations: [FileObservation]
    private var coded: [(coding: Precompression, file: OpenFile)] = []

    init(
        path: String,
        contentType: String,
        cacheControl: String?,
        observations: [FileObservation]
    ) {
        self.path = path
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.observations = observations
    }

    /// Adds a neighbour, or that there is none.
    mutating func add(_ file: OpenFile?, coded coding: Precompression) {
        observations.append(
            FileObservation(path: path + coding.suffix, version: file?.status.version)
        )
        if let file { coded.append((coding, file)) }
    }

    /// Makes the set.
    func finish(with original: OpenFile) -> FileSet {
        let own = FileObservation(path: path, version: original.status.version)
        return FileSet(
            original: representation(original),
            coded: coded.map { ($0.coding.rawValue, representation($0.file, $0.coding.rawValue)) },
            observations: observations + [own]
        )
    }

    private func representation(_ file: OpenFile, _ coding: String? = nil) -> FileRepresentation {
        FileRepresentation(
            file,
            contentType: contentType,
            coding: coding,
            cacheControl: cacheControl,
            varies: !coded.isEmpty
        )
    }
}
