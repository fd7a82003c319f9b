@testable import ForktailSystem
import Testing

/// The shared memory in which a worker notes the requests that it has not logged.
@Suite struct OpenRequestTests {
    @Test func keepsWhatIsNotEnded() throws {
        let table = try OpenRequestTable(capacity: 2)
        var writer = OpenRequestWriter(table)
        let start = Instant(sinceBoot: .seconds(5))
        func begin(_ text: String) -> OpenRequest? {
            writer.begin(Array(text.utf8).span, isWhole: true, start: start)
        }
        let first = try #require(begin("one"))
        let second = try #require(begin("two"))
        #expect(begin("three") == nil)
        second.note(status: 200, sent: 17)
        writer.end(first)
        #expect(table.all.map(\.text) == [Array("two".utf8)])
        #expect(table.all.map(\.status) == [200])
        #expect(table.all.map(\.sentLength) == [17])
        #expect(table.all.map(\.start) == [start])
        // A new request says nothing of an earlier one in its place.
        #expect(begin("four") != nil)
        #expect(table.all.map(\.status) == [nil, 200])
        table.unmap()
    }

    /// A worker may write anything there.
    @Test func boundsEachLengthOfGarbage() throws {
        let table = try OpenRequestTable(capacity: 3)
        for byte: UInt8 in [0xFF, 0x7F, 0x01] {
            let size = 3 * OpenRequestWriter.textLimit
            UnsafeMutableRawPointer(table.requests)
                .initializeMemory(as: UInt8.self, repeating: byte, count: size)
            let all = table.all
            #expect(all.count == 3)
            #expect(all.allSatisfy { $0.text.count <= OpenRequestWriter.textLimit })
            #expect(all.allSatisfy { $0.status == nil })
        }
        table.unmap()
    }
}
