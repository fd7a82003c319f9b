import ForktailSystem
import Testing

@testable import ForktailWorker

struct StreamSilenceTests {
    private let start = Instant.now()

    /// Whether it is given up, after so many seconds of empty pieces.
    private func isGivenUp(after seconds: Int, timeout: Duration?, isAlone: Bool) -> Bool {
        var silence = StreamSilence()
        do throws(SendFailure) {
            for second in 0...seconds {
                let now = start + .seconds(second)
                try silence.note([], at: now, timeout: timeout, isAlone: isAlone)
            }
            return false
        } catch {
            return true
        }
    }

    @Test(arguments: [(0, false), (4, false), (5, true)])
    func waitsForTheTimeout(seconds: Int, isGivenUp: Bool) {
        let result = self.isGivenUp(after: seconds, timeout: .seconds(5), isAlone: false)
        #expect(result == isGivenUp)
        #expect(!self.isGivenUp(after: seconds, timeout: nil, isAlone: false))
    }

    /// Half a connection is enough to read an answer, as long as there is one.
    @Test(arguments: [(0, false), (1, true)])
    func waitsALittleForWhoHasEndedItsSide(seconds: Int, isGivenUp: Bool) {
        #expect(self.isGivenUp(after: seconds, timeout: nil, isAlone: true) == isGivenUp)
    }

    @Test func beginsAnewWithEachPieceThatIsNotEmpty() throws {
        var silence = StreamSilence()
        for second in 0..<20 {
            let piece: [UInt8] = second % 2 == 0 ? [] : [1]
            let now = start + .seconds(second)
            try silence.note(piece, at: now, timeout: .milliseconds(1500), isAlone: true)
        }
    }
}
