import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// Finds what to send for a path.
final class FileFinder: Sendable {
    /// What there is at a path.
    enum Found {
        case files(FileSet)
        /// A directory, whose path must end in a slash.
        case directoryWithoutSlash
        /// A directory to be listed.
        case directory([DirectoryEntry])
    }

    private let tree: FileTree
    private let types: MediaTypeTable
    private let options: FileOptions
    private let cache: FileCache?

    init(tree: FileTree, types: MediaTypeTable, options: FileOptions) {
        self.tree = tree
        self.types = types
        self.options = options
        cache = options.openCacheAge.map { FileCache(age: $0, size: options.openCacheSize) }
    }

    /// Finds what a client asks for.
    ///
    /// - Parameter path: The decoded path.
    /// - Returns: What there is to be sent.
    /// - Throws: Why nothing is.
    func find(_ path: SystemString) throws(Errno) -> Found {
        let relative = Self.relative(path)
        guard tree.shows(relative) else { throw .noEntry }
        if let cache, let files = remembered(path, in: cache) { return .files(files) }
        let found = try searchMakingRoom(SystemString(bytes: relative))
        if case .files(let files) = found { cache?.insert(files, for: path, at: .now()) }
        return found
    }

    /// Finds a page of the server's own, which may be a dot file.
    func page(_ path: SystemString) throws(Errno) -> FileSet {
        if let cache, let files = remembered(path, in: cache) { return files }
        let files = try open(SystemString(bytes: Self.relative(path)), after: [])
        cache?.insert(files, for: path, at: .now())
        return files
    }

    private static func relative(_ path: SystemString) -> ArraySlice<UInt8> {
        path.bytes.drop { $0 == UInt8(ascii: "/") }
    }

    /// The files that the cache has for a path, unless they have changed.
    ///
    /// What isn't there is not remembered: it costs a single call, and made-up paths would drive out
    /// the files.
    private func remembered(_ path: SystemString, in cache: FileCache) -> FileSet? {
        let now = Instant.now()
        switch cache.find(path, at: now) {
        case .fresh(let files):
            return files
        case .aged(let files):
            guard files.observations.allSatisfy({ tree.version(of: $0.path) == $0.version }) else {
                cache.remove(path)
                return nil
            }
            cache.insert(files, for: path, at: now)
            return files
        case .missing:
            return nil
        }
    }

    /// Closes files that are only remembered where they leave no descriptor for another.
    private func searchMakingRoom(_ path: SystemString) throws(Errno) -> Found {
        do throws(Errno) {
            return try search(path)
        } catch  where error.isShortage {
            guard let cache, cache.makeRoom() else { throw error }
            return try search(path)
        }
    }

    private func search(_ path: SystemString) throws(Errno) -> Found {
        guard !path.isEmpty, path.bytes.last != UInt8(ascii: "/") else {
            return try searchDirectory(path)
        }
        do throws(Errno) {
            return .files(try open(path, after: []))
        } catch .isDirectory {
            return .directoryWithoutSlash
        }
    }

    private func searchDirectory(_ path: SystemString) throws(Errno) -> Found {
        var observations: [FileObservation] = []
        for name in options.index {
            let file = path.appending(name)
            do throws(Errno) {
                return .files(try open(file, after: observations))
            } catch .noEntry {
                observations.append(FileObservation(path: file, version: nil))
            } catch .isDirectory {
                let version = tree.version(of: file)
                observations.append(FileObservation(path: file, version: version))
            }
        }
        guard options.listing else { throw .noEntry }
        return .directory(try tree.entries(of: path))
    }

    /// Opens a file and its precompressed neighbours; one that is coded itself has none.
    private func open(
        _ path: SystemString,
        after observations: [FileObservation]
    ) throws(Errno) -> FileSet {
        let file = try regularFile(path)
        let ownCoding = MediaTypeTable.coding(ofFile: path)
        var builder = FileSetBuilder(
            path: path,
            contentType: types.type(ofFile: path, charset: options.charset),
            coding: ownCoding,
            cacheControl: options.cacheControl(for: path),
            observations: observations
        )
        for coding in options.precompressed where ownCoding == nil {
            // A neighbour that can't be opened is none: there is the original.
            builder.add(try? regularFile(path.appending(coding.suffix)), coded: coding)
        }
        return builder.finish(with: file)
    }

    private func regularFile(_ path: SystemString) throws(Errno) -> OpenFile {
        let file = try tree.open(path)
        guard file.status.isRegular else {
            throw file.status.isDirectory ? .isDirectory : .noEntry
        }
        return file
    }
}
