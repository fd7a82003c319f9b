import ForktailConfiguration
import ForktailSystem

/// A directory whose files are served: what is opened here is below it.
///
/// Paths are decoded and have no slash in front. They are bytes, as the kernel has them: they need not
/// be UTF-8, and different spellings of `é` are not one.
struct FileTree: Sendable {
    private let root: SharedDescriptor
    private let links: LinkResolution
    private let showsDotFiles: Bool

    init(root: String, options: FileOptions) throws(FilesError) {
        do throws(Errno) {
            self.root = SharedDescriptor(try FileSystem.openDirectory(SystemString(root)))
        } catch {
            throw FilesError(description: "files.root \(root): \(error)")
        }
        links =
            switch options.symlinks {
            case .never: .refused
            case .within: .beneath
            }
        showsDotFiles = options.dotFiles
    }

    /// Opens a file or directory.
    func open(_ path: SystemString) throws(Errno) -> OpenFile {
        // What stands behind a NUL would not reach the kernel.
        guard !path.bytes.contains(0) else { throw .noEntry }
        return try OpenFile(try root.descriptor.openBeneath(path, links: links))
    }

    /// The version of a file; nil where there is none.
    ///
    /// It is opened for that: stat(2) would also look at what lies outside, or may not be read.
    func version(of path: SystemString) -> FileStatus.Version? {
        // A file that can't be opened has changed, whatever the reason.
        try? open(path).status.version
    }

    /// Whether a path may be requested: dot files may not, except `.well-known` at the top.
    func shows(_ path: ArraySlice<UInt8>) -> Bool {
        if showsDotFiles { return true }
        var last = UInt8(ascii: "/")
        for byte in Self.withoutWellKnown(path) {
            if byte == UInt8(ascii: "."), last == UInt8(ascii: "/") { return false }
            last = byte
        }
        return true
    }

    private static func withoutWellKnown(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard path.starts(with: wellKnown.utf8) else { return path }
        let rest = path.dropFirst(wellKnown.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") ? rest : path
    }

    private static let wellKnown = ".well-known"

    /// What can be asked for in a directory.
    ///
    /// - Parameter path: The directory, with a slash behind; empty for the root.
    /// - Returns: Files and directories in no order.
    /// - Throws: `.notDirectory` where it is none.
    func entries(of path: SystemString) throws(Errno) -> [DirectoryEntry] {
        let links = links
        let directory = try root.descriptor.openBeneath(path.isEmpty ? "." : path, links: links)
        let names = try directory.duplicate().names()
        return names.compactMap { name in
            guard showsDotFiles || name.bytes.first != UInt8(ascii: "."),
                let status = status(of: name, in: directory, path: path)
            else { return nil }
            return DirectoryEntry(name: name, status: status)
        }
    }

    /// What a name of a directory stands for; nil where that is not to be served.
    private func status(
        of name: SystemString,
        in directory: borrowing FileDescriptor,
        path: SystemString
    ) -> FileStatus? {
        // An entry that was removed meanwhile, or may not be read, counts as missing.
        guard let status = try? directory.status(of: name) else { return nil }
        return status.isSymbolicLink
            ? try? open(SystemString(bytes: path.bytes + name.bytes)).status : status
    }
}
