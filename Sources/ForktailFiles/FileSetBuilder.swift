import ForktailConfiguration
import ForktailSystem

/// Collects the files of a set.
struct FileSetBuilder {
    let path: SystemString
    let contentType: String
    /// The coding that the file itself has, by its name.
    let coding: String?
    let cacheControl: String?
    var observations: [FileObservation]
    private var coded: [(coding: Precompression, file: OpenFile)] = []

    init(
        path: SystemString,
        contentType: String,
        coding: String?,
        cacheControl: String?,
        observations: [FileObservation]
    ) {
        self.path = path
        self.contentType = contentType
        self.coding = coding
        self.cacheControl = cacheControl
        self.observations = observations
    }

    /// Adds a neighbour, or that there is none.
    mutating func add(_ file: OpenFile?, coded coding: Precompression) {
        observations.append(
            FileObservation(path: path.appending(coding.suffix), version: file?.status.version)
        )
        if let file { coded.append((coding, file)) }
    }

    /// Makes the set.
    func finish(with original: OpenFile) -> FileSet {
        let own = FileObservation(path: path, version: original.status.version)
        return FileSet(
            original: representation(original, coding),
            coded: coded.map { ($0.coding.rawValue, representation($0.file, $0.coding.rawValue)) },
            observations: observations + [own]
        )
    }

    private func representation(_ file: OpenFile, _ coding: String?) -> FileRepresentation {
        FileRepresentation(
            file,
            contentType: contentType,
            coding: coding,
            cacheControl: cacheControl,
            varies: !coded.isEmpty
        )
    }
}
