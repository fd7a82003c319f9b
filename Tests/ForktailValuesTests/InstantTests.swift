import ForktailValues
import Testing

/// The point of time on the monotonic clock, and the lengths that lie between two of them.
@Suite struct InstantTests {
    @Test(
        arguments: [
            (Duration.zero, 0),
            (.nanoseconds(1), 1),
            (.nanoseconds(-1), -1),
            (.milliseconds(-1500), -1_500_000_000),
            (.seconds(30), 30_000_000_000),
            // The edge of what 64 bits hold without the factor of 512.
            (.nanoseconds(4_722_366_482_869), 4_722_366_482_869),
            (.nanoseconds(4_722_366_482_870), 4_722_366_482_870),
            (.seconds(9_223_372_036), 9_223_372_036_000_000_000),
            (Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999), 1),
        ] as [(Duration, Int64)]
    )
    func countsTheNanosecondsOfALength(length: Duration, nanoseconds: Int64) {
        #expect(length.nanoseconds == nanoseconds)
    }

    @Test(
        arguments: [(0, 0), (1, 1), (1_000_000, 1), (1_000_001, 2), (-1, 0), (-1_000_001, -1)]
            as [(Int64, Int64)]
    )
    func neverRoundsAWaitDown(nanoseconds: Int64, milliseconds: Int64) {
        #expect(Duration.nanoseconds(nanoseconds).millisecondsRoundedUp == milliseconds)
    }

    @Test(arguments: [Duration.zero, .nanoseconds(1), .seconds(60), .seconds(86_400)])
    func comesBackAfterTheSameTimeForthAndBack(length: Duration) {
        let start = Instant(sinceBoot: .seconds(5000))
        #expect((start + length) - start == length)
        #expect((start + length) - length == start)
        #expect((start < start + length) == (length > .zero))
    }

    @Test func countsWholePeriodsOfAPowerOfTwo() {
        #expect(Instant(nanosecondsSinceBoot: (7 << 26) - 1).tick(26) == 6)
        #expect(Instant(nanosecondsSinceBoot: 7 << 26).tick(26) == 7)
    }
}
