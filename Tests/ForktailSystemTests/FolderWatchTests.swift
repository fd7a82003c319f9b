import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

/// Changes of files in folders.
@Suite struct FolderWatchTests {
    @Test func noticesWhatChanges() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("one", to: "file")
        var watch = try FolderWatch()
        try watch.add(folderOf: SystemString(path))
        try watch.add(folderOf: SystemString(path))
        var found = watch.take()
        #expect(found == .nothing)
        _ = try folder.write("two", to: "file")
        found = watch.take()
        #expect(found == .change)
        _ = try folder.text(of: "file")
        found = watch.take()
        #expect(found == .nothing)
        rename(path, path + ".new")
        found = watch.take()
        #expect(found == .change)
        unlink(path + ".new")
        found = watch.take()
        #expect(found == .change)
    }

    /// The file behind a link may lie in another folder.
    @Test func followsALink() throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        let path = try other.write("one", to: "file")
        symlink(path, folder.file("link"))
        var watch = try FolderWatch()
        try watch.add(folderOf: SystemString(folder.file("link")))
        _ = try other.write("two", to: "file")
        let found = watch.take()
        #expect(found == .change)
    }

    /// Only a limit is raised.
    @Test(
        arguments: [
            (
                EMFILE,
                "; raise fs.inotify.max_user_instances, or the limit of open files (ulimit -n)"
            ),
            (ENOSPC, "; raise fs.inotify.max_user_watches"),
            (EACCES, "; let the user of this process read the folder (chmod +r)"),
            (ENOENT, ""), (ENOMEM, ""),
        ] as [(CInt, String)]
    )
    func namesTheCureOfAFailure(number: CInt, cure: String) {
        #expect(FolderWatch.cure(for: Errno(rawValue: number)) == cure)
    }

    @Test func tellsThatAFolderIsGone() throws {
        let folder = try TemporaryFolder()
        let inner = folder.file("inner")
        var watch = try FolderWatch()
        for _ in 0..<2 {
            mkdir(inner, 0o755)
            try watch.add(SystemString(inner))
            rename(inner, inner + "2")
            let found = watch.take()
            #expect(found == .loss)
            rmdir(inner + "2")
            let rest = watch.take()
            #expect(rest != .change)
        }
        #expect(throws: Errno.noEntry) {
            var watch = try FolderWatch()
            try watch.add(SystemString(inner))
        }
    }
}
