import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// What a crash does with a connection, and what else follows from the state.
@Suite struct CrashMarkTests {
    private static let marks: [Situation: CrashMark?] = [
        .greeting: .idle, .handshaking: .idle,
        .idle: .idle, .idleAfterRequest: .idle, .proxyHeader: .idle,
        .partOfProxyHeader: .answer, .head: .answer,
        .body: .answer, .continuing: .answer,
        .partOfContinue: .reset, .continuingLive: .answer,
        .partOfContinueLive: .reset, .queuedForBody: .answer,
        .queuedForStream: .answer, .queuedInStream: .reset,
        .handling: .answer, .handlingLive: .answer,
        .readingBody: .answer, .sendingHead: .reset, .sendingRest: .reset,
        .sendingFile: .reset, .pulling: .reset, .paused: .reset,
        .suspended: .answer, .suspendedLive: .answer, .suspendedSequence: .reset,
        .cancelled: .answer, .taken: .reset,
        .loggingKept: .idle, .loggingClosed: .reset, .loggingReset: .reset,
        .closing: .reset, .endingSending: .reset, .lingering: .idle,
        .delegated: CrashMark?.none, .closed: .idle, .reset: .reset,
    ]

    /// A crash answers what has no response yet, and lets no response pass as whole that is not.
    @Test(arguments: Situation.allCases)
    func marksEachState(situation: Situation) throws {
        let mark = try #require(Self.marks[situation])
        #expect(situation.make().machine.crashMark == mark)
    }

    @Test func answersHEADWithoutABody() {
        let dialogue = Dialogue()
        dialogue.receive("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(dialogue.machine.crashMark == .answerHead)
    }

    private static let lists: [Situation: ConnectionMachine.List] = [
        .greeting: .evictable, .handshaking: .handshaking,
        .idle: .evictable, .idleAfterRequest: .evictable, .proxyHeader: .evictable,
        .lingering: .evictable, .handling: .handling, .handlingLive: .handling,
        .queuedForBody: .queued, .queuedForStream: .queued, .queuedInStream: .queued,
    ]

    /// Only what loses no request and no response by it may be evicted, and is in that list.
    @Test(arguments: Situation.allCases)
    func hasThePlaceOfItsState(situation: Situation) {
        let dialogue = situation.make()
        #expect(dialogue.machine.place?.list == Self.lists[situation])
        #expect(dialogue.machine.isEvictable == (Self.lists[situation] == .evictable))
        #expect(dialogue.machine.isPaused == (situation == .paused))
    }
}
