import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

@testable import ForktailArbiter

@Suite struct ExecutableWatchTests {
    @Test func findsEachVersionOnceItStaysTheSame() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/app"
        func look(_ watch: inout ExecutableWatch) -> Bool {
            watch.findsNew(ExecutableWatch.Version(behind: SystemString(path)))
        }
        try write("one", to: path)
        var watch = ExecutableWatch(ExecutableWatch.Version(behind: SystemString(path)))
        #expect(!look(&watch) && !look(&watch))

        // As a linker does it: it removes the file, and writes for a while.
        unlink(path)
        #expect(!look(&watch) && !look(&watch))
        try write("seco", to: path)
        #expect(!look(&watch))
        try write("second", to: path)
        #expect(!look(&watch))
        #expect(look(&watch))
        #expect(!look(&watch) && !look(&watch))

        // Another name is no change of the file, a mode that was refused is looked at again.
        link(path, path + ".2")
        #expect(!look(&watch) && !look(&watch))
        watch.forget()
        #expect(look(&watch) && !look(&watch))
    }

    private func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o755)
        try #require(file >= 0)
        defer { close(file) }
        #expect(Glibc.write(file, text, text.utf8.count) == text.utf8.count)
    }
}
