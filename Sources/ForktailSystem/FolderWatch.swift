import CForktail
import Glibc

/// Tells that something has changed in folders: inotify(7).
///
/// It says when to look, not what to find: a change that others make to a file system of the network, or
/// to a symbolic link on the way to a folder, is not seen.
package struct FolderWatch: ~Copyable {
    private let watch: FileDescriptor
    private var folders: Set<SystemString> = []

    /// What has happened.
    package enum Outcome {
        case nothing
        case change
        /// A folder that was watched is gone from its place.
        case loss
    }

    /// Makes one that watches nothing.
    ///
    /// - Throws: That there are too many, for example.
    package init() throws(Errno) {
        watch = FileDescriptor(owning: try check { forktail_watch_open() })
    }

    /// The descriptor's number, which can be read once something has happened.
    package var descriptor: CInt { watch.rawValue }

    /// Watches a folder as well; does nothing for one that is watched.
    ///
    /// - Throws: Why it can't: for one user the number of folders is limited.
    package mutating func add(_ folder: SystemString) throws(Errno) {
        guard !folders.contains(folder) else { return }
        let watch = watch.rawValue
        _ = try folder.withCString { (name) throws(Errno) in
            try check { forktail_watch_add(watch, name) }
        }
        folders.insert(folder)
    }

    /// Watches the folder of a file, and that of the file behind it where it is a symbolic link.
    ///
    /// - Throws: As `add`.
    package mutating func add(folderOf file: SystemString) throws(Errno) {
        try add(Self.folder(of: file))
        let real = file.withCString { realpath($0, nil) }
        // A file that is gone for a moment has none.
        guard let real else { return }
        defer { free(real) }
        try add(Self.folder(of: SystemString(cString: real)))
    }

    private static func folder(of file: SystemString) -> SystemString {
        let bytes = Array(file.bytes)
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return SystemString(bytes: bytes[..<max(slash, 1)])
    }

    /// What helps against a failure, behind its reason; empty where nothing is known to:
    /// inotify_init(2), inotify_add_watch(2).
    package static func cure(for error: Errno) -> String {
        switch error {
        case .processFileLimit:
            "; raise fs.inotify.max_user_instances, or the limit of open files (ulimit -n)"
        case .systemFileLimit: "; raise fs.file-max"
        case .noSpace: "; raise fs.inotify.max_user_watches"
        case .permissionDenied: "; let the user of this process read the folder (chmod +r)"
        default: ""
        }
    }

    /// Takes what has happened, without waiting.
    package mutating func take() -> Outcome {
        var isLost = false
        let count = forktail_watch_take(watch.rawValue, &isLost)
        guard isLost else { return count > 0 ? .change : .nothing }
        // The system forgets a folder that is gone; those that are there are watched once.
        folders = []
        return .loss
    }
}
