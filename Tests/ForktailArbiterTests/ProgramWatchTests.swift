import ForktailConfiguration
import ForktailSystem
import Testing

@testable import ForktailArbiter

/// What the arbiter takes of a program in a round.
@Suite struct ProgramWatchTests {
    /// Each line costs a write, and has two bytes here.
    @Test func readsNoMoreOutputThanItsShare() throws {
        let ends = try Pipe.open()
        let output = SharedDescriptor(FileDescriptor(owning: ends.reading))
        let program = FileDescriptor(owning: ends.writing)
        let watch = ProgramWatch(
            ExecOptions(),
            try NotifySocket(),
            output: output,
            readyLine: nil,
            users: [],
            at: .now()
        )
        try program.writeAll(String(repeating: "x\n", count: 30_000))
        #expect(watch.read(1024).count == 512)
        #expect(watch.read(1024).count == 512)
        #expect(watch.finish().count == 28_976)
    }
}
