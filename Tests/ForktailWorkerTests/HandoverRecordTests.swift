import ForktailValues
import Testing

@testable import ForktailWorker

/// What a worker takes over exec(3).
@Suite struct HandoverRecordTests {
    @Test func carriesValues() throws {
        var record = HandoverRecord()
        record.add("slot", 3)
        record.add("path", bytes: SystemString(bytes: [0x2f, 0xff, 0x3d, 0x0a]))
        record.add("listener", "5 1 0")
        record.add("listener", "6 0 1")
        let read = try HandoverRecord(record.bytes)
        #expect(try read.number("slot") == 3)
        #expect(try read.value("path").bytes == [0x2f, 0xff, 0x3d, 0x0a])
        #expect(read.all("listener").map(\.description) == ["5 1 0", "6 0 1"])
        #expect(throws: BootError.self) { try read.number("path") }
        #expect(throws: BootError.self) { try read.number("nothing") }
    }

    /// An executable and a library of different versions refuse each other.
    @Test func refusesAnotherVersion() throws {
        let other = Array("format=forktail 0.0.1, 1 and 2 bytes\0slot=1\0".utf8)
        let error = try #require(throws: BootError.self) { try HandoverRecord(other) }
        #expect(error.description.contains("the arbiter is forktail 0.0.1"))
        #expect(error.description.contains("forktail \(Version.number)"))
        #expect(throws: BootError.self) { try HandoverRecord([0xff, 0, 0x3d]) }
    }
}
