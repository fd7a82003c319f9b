import ForktailSystem
import ForktailTestSupport
import Glibc
import Testing

/// The pages of the code that a process has in its memory.
@Suite struct CodePagesTests {
    /// The mapping of the tests' code, with its sizes in KiB: proc_pid_smaps(5).
    private struct Mapping {
        var start = 0
        var resident = 0
        var anonymous = 0

        init() throws {
            let text = String(
                decoding: try FileSystem.contents(of: "/proc/self/smaps"),
                as: UTF8.self
            )
            let lines = text.split(separator: "\n").drop { line in
                !(line.contains(" r-xp ") && line.contains("forktailPackageTests"))
            }
            let first = try #require(lines.first)
            start = try #require(Int(first.prefix { $0 != "-" }, radix: 16))
            for line in lines.dropFirst().prefix(while: { !$0.contains("-") }) {
                let words = line.split(separator: " ")
                if words[0] == "Rss:" { resident = try #require(Int(words[1])) }
                if words[0] == "Anonymous:" { anonymous = try #require(Int(words[1])) }
            }
        }
    }

    @Test func unmapsCodeButNoneThatADebuggerHasChanged() throws {
        let before = try Mapping()
        ProcessMemory.releaseCode()
        let after = try Mapping()
        #expect(after.resident < before.resident)
        #expect(after.anonymous == 0)

        // A debugger sets a breakpoint in this way. The byte stays the same here.
        let memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC)
        defer { close(memory) }
        var byte: UInt8 = 0
        #expect(pread(memory, &byte, 1, after.start) == 1)
        #expect(pwrite(memory, &byte, 1, after.start) == 1)
        #expect(try Mapping().anonymous > 0)
        ProcessMemory.releaseCode()
        #expect(try Mapping().anonymous > 0)
    }
}
