import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

/// Calls on paths and files.
@Suite struct FileSystemTests {
    @Test func readsAWholeFile() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "0123456789", count: 20_000)
        let path = try folder.write(text, to: "large")
        #expect(try FileSystem.contents(of: SystemString(path)) == Array(text.utf8))
        #expect(try FileSystem.regularContents(of: SystemString(path)) == Array(text.utf8))
        #expect(throws: Errno.noEntry) {
            try FileSystem.contents(of: SystemString(folder.file("none")))
        }
        #expect(throws: Errno.isDirectory) {
            try FileSystem.contents(of: SystemString(folder.path))
        }
    }

    @Test func doesNotWaitForTheWriterOfAFIFO() throws {
        let folder = try TemporaryFolder()
        try #require(mkfifo(folder.file("fifo"), 0o600) == 0)
        #expect(try FileSystem.regularContents(of: SystemString(folder.file("fifo"))) == nil)
        let place = try FilePlace.find(SystemString(folder.file("fifo")))
        let failure = try #require(throws: FileFailure.self) {
            _ = try place.openForAppending().rawValue
        }
        #expect(failure.errno == .noDevice)
    }

    @Test func locksAFileAgainstOthers() throws {
        let folder = try TemporaryFolder()
        let place = try FilePlace.find(SystemString(folder.file("lock")))
        do {
            let first = try place.make()
            try first.lock()
            let second = try place.openRegularFile()
            #expect(throws: Errno.wouldBlock) { try second.lock() }
        }
        let third = try place.openRegularFile()
        #expect(throws: Never.self) { try third.lock() }
    }

    @Test func createsNoFileThroughALink() throws {
        let folder = try TemporaryFolder()
        try #require(symlink(folder.file("target"), folder.file("link")) == 0)
        let place = try FilePlace.find(SystemString(folder.file("link")))
        #expect(throws: FileFailure.self) { _ = try place.make().rawValue }
        #expect(throws: FileFailure.self) { _ = try place.openRegularFile().rawValue }
        #expect(try FileSystem.status(of: folder.file("link")).isSymbolicLink)
        #expect(throws: Errno.noEntry) { try FileSystem.status(of: folder.file("target")) }
    }

    @Test func tellsFilesApartAndTheirVersions() throws {
        let folder = try TemporaryFolder()
        let first = try FileSystem.status(of: try folder.write("a", to: "first"))
        let second = try FileSystem.status(of: try folder.write("b", to: "second"))
        #expect(first.identity != second.identity)
        #expect(first.isRegular && !first.isDirectory && !first.isSocket && first.size == 1)
        try FileSystem.rename(folder.file("second"), to: folder.file("first"))
        #expect(try FileSystem.status(of: folder.file("first")).identity == second.identity)
        let longer = try FileSystem.status(of: try folder.write("bb", to: "first"))
        #expect(longer.version != second.version)
        #expect(try FileSystem.status(of: folder.path).isDirectory)
    }

    /// `rsync --inplace -t` changes a file so; the kernel's clock may need some milliseconds for a
    /// step.
    @Test func tellsVersionsApartWhoseDateWasSetBack() throws {
        let folder = try TemporaryFolder()
        let dated = { (text: String) throws -> FileStatus in
            let path = try folder.write(text, to: "file")
            let time = timespec(tv_sec: 1000, tv_nsec: 0)
            try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
            return try FileSystem.status(of: path)
        }
        let first = try dated("a")
        let deadline = Instant.now() + .seconds(5)
        while try dated("b").version == first.version, Instant.now() < deadline {}
        let second = try dated("b")
        #expect(second.version != first.version)
        #expect(second.identity == first.identity && second.size == first.size)
        #expect(second.modified == first.modified)
    }

    @Test(arguments: ["../outside", "/etc/passwd", "link", "folder/../../outside"])
    func opensNothingOutsideOfADirectory(path: String) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("secret", to: "outside")
        try #require(mkdir(folder.file("root"), 0o700) == 0)
        try #require(mkdir(folder.file("root/folder"), 0o700) == 0)
        try #require(symlink("../outside", folder.file("root/link")) == 0)
        let root = try FileSystem.openDirectory(SystemString(folder.file("root")))
        #expect(throws: Errno.crossesBoundary) {
            _ = try root.openBeneath(SystemString(path), links: .beneath).rawValue
        }
    }

    @Test func followsLinksWithinADirectoryOnlyWhereAllowed() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("inside", to: "file")
        try #require(symlink("file", folder.file("link")) == 0)
        let root = try FileSystem.openDirectory(SystemString(folder.path))
        #expect(try root.openBeneath("link", links: .beneath).readChunk() == Array("inside".utf8))
        #expect(throws: Errno.symbolicLinkLoop) {
            _ = try root.openBeneath("link", links: .refused).rawValue
        }
    }
}
