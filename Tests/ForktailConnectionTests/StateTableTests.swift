import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// Every state and every event; what the table doesn't name changes nothing.
@Suite struct StateTableTests {
    private static func event(_ kind: EventKind) -> ConnectionMachine.Event? {
        switch kind {
        case .opened, .received: nil
        case .handshakeBegun: .handshakeBegun
        case .secured: .secured(.sample)
        case .handshakeFailed: .handshakeFailed("x")
        case .spokeHTTP: .spokeHTTP
        case .ended: .ended
        case .failed: .failed("x")
        case .deadline: .deadline
        case .evicted: .evicted
        case .aborted: .aborted
        case .preempted: .preempted
        case .resumed: .resumed
        case .sent: .sent(1)
        case .fileSent: .fileSent(1)
        case .fileFailed: .fileFailed("x")
        case .blocked: .blocked
        case .responded: .responded(mayKeep: true)
        case .bodyFailed: .bodyFailed(.timedOut)
        case .handlerTimedOut: .handlerTimedOut(isStuck: true)
        case .responseStuck: .responseStuck(status: 200, sent: 1)
        case .bodyWanted: .bodyWanted(10)
        case .threadGranted: .threadGranted(Dialogue.Source())
        case .threadRefused: .threadRefused("x")
        case .piece: .piece([1], isHalfClosed: false)
        case .streamFailed: .streamFailed("x")
        case .suspended: .suspended
        case .taskCancelled: .taskCancelled
        case .released: .released(sent: 3, nil)
        case .logged: .logged
        case .sendingEnded: .sendingEnded(hasInput: false)
        }
    }

    /// The step of a state in which nothing has happened.
    private static let steps: [StateKind: StepKind] = [
        .greeting: .handshake, .handshaking: .handshake,
        .idle: .receive, .proxyHeader: .receive, .head: .receive, .body: .receive,
        .continuing: .send, .queued: .delegate, .handling: .wait, .readingBody: .receive,
        .sending: .send, .pulling: .wait, .paused: .wait, .taken: .wait, .logging: .log,
        .closing: .endSending, .endingSending: .endSending, .lingering: .receive,
        .delegated: .wait, .closed: .close, .suspended: .wait,
    ]

    private typealias Row = [EventKind: (StateKind, StepKind)]

    private static let gone: Row = [
        .ended: (.closed, .close), .failed: (.closed, .close), .aborted: (.closed, .close),
        .evicted: (.closed, .close),
    ]
    private static let refused: Row = [
        .ended: (.sending, .send), .failed: (.closed, .close), .aborted: (.closed, .close),
    ]
    private static let cut: Row = [.failed: (.logging, .log), .aborted: (.logging, .log)]
    private static let broken: Row = [
        .failed: (.handling, .failBody), .aborted: (.handling, .failBody),
    ]

    private static let table: [Situation: Row] = [
        .greeting: gone.merging([
            .handshakeBegun: (.handshaking, .handshake), .spokeHTTP: (.idle, .receive),
        ]) { $1 },
        .handshaking: [
            .secured: (.idle, .receive), .handshakeFailed: (.endingSending, .endSending),
            .ended: (.endingSending, .endSending), .failed: (.closed, .close),
            .aborted: (.closed, .close),
        ],
        .idle: gone,
        .idleAfterRequest: gone,
        .proxyHeader: gone,
        .partOfProxyHeader: [
            .ended: (.endingSending, .endSending), .failed: (.closed, .close),
            .aborted: (.closed, .close),
        ],
        .head: refused,
        .body: refused.merging(cut) { $1 },
        .continuing: cut.merging([.blocked: (.continuing, .wait)]) { $1 },
        .partOfContinue: cut.merging([.blocked: (.continuing, .wait)]) { $1 },
        .continuingLive: broken.merging([
            .blocked: (.continuing, .wait), .bodyFailed: (.sending, .send),
        ]) { $1 },
        .partOfContinueLive: broken.merging([
            .blocked: (.continuing, .wait), .bodyFailed: (.logging, .log),
        ]) { $1 },
        .queuedForBody: cut.merging([
            .threadGranted: (.handling, .run), .threadRefused: (.sending, .send),
        ]) { $1 },
        .queuedForStream: cut.merging([
            .threadGranted: (.sending, .send), .threadRefused: (.sending, .send),
        ]) { $1 },
        .queuedInStream: cut.merging([
            .threadGranted: (.pulling, .pull), .threadRefused: (.logging, .log),
        ]) { $1 },
        .handling: [
            .aborted: (.logging, .log), .responded: (.sending, .send),
            .bodyFailed: (.sending, .send),
            .handlerTimedOut: (.sending, .send), .suspended: (.suspended, .wait),
        ],
        .handlingLive: [
            .aborted: (.logging, .log), .responded: (.sending, .send),
            .bodyFailed: (.sending, .send),
            .handlerTimedOut: (.sending, .send), .bodyWanted: (.readingBody, .receive),
            .suspended: (.suspended, .wait),
        ],
        .readingBody: broken.merging([
            .ended: (.handling, .failBody), .preempted: (.handling, .failBody),
            .bodyFailed: (.sending, .send),
        ]) { $1 },
        .sendingHead: cut.merging([.blocked: (.sending, .wait), .fileSent: (.sending, .send)]) {
            $1
        },
        .sendingRest: cut.merging([.blocked: (.sending, .wait), .fileSent: (.sending, .send)]) {
            $1
        },
        .sendingFile: cut.merging([
            .blocked: (.sending, .wait), .fileSent: (.sending, .sendFile),
            .sent: (.sending, .sendFile), .fileFailed: (.logging, .log),
        ]) { $1 },
        .pulling: cut.merging([
            .piece: (.sending, .send), .streamFailed: (.logging, .log),
            .suspended: (.suspended, .wait),
        ]) { $1 },
        .suspended: [
            .aborted: (.logging, .log), .failed: (.suspended, .cancel),
            .responded: (.sending, .send), .bodyFailed: (.sending, .send),
        ],
        .suspendedLive: [
            .aborted: (.logging, .log), .failed: (.suspended, .cancel),
            .responded: (.sending, .send), .bodyFailed: (.sending, .send),
            .bodyWanted: (.readingBody, .receive),
        ],
        .suspendedSequence: [
            .aborted: (.logging, .log), .failed: (.suspended, .cancel),
            .piece: (.sending, .send), .streamFailed: (.logging, .log),
        ],
        .cancelled: [
            .aborted: (.logging, .log), .responded: (.sending, .send),
            .bodyFailed: (.sending, .send), .taskCancelled: (.sending, .send),
        ],
        .paused: cut,
        .taken: cut.merging([.released: (.logging, .log)]) { $1 },
        .loggingKept: [.logged: (.idle, .receive)],
        .loggingClosed: [.logged: (.closing, .endSending)],
        .loggingReset: [.logged: (.closed, .reset)],
        .closing: [
            .failed: (.closed, .close), .aborted: (.closed, .close),
            .sendingEnded: (.closed, .close),
        ],
        .endingSending: [
            .failed: (.closed, .close), .aborted: (.closed, .close),
            .sendingEnded: (.lingering, .receive),
        ],
        .lingering: gone,
        .delegated: [
            .handlerTimedOut: (.sending, .send), .responseStuck: (.logging, .log),
            .aborted: (.logging, .log),
        ],
        .closed: [:],
        .reset: [:],
    ]

    @Test(arguments: Situation.allCases)
    func doesWhatTheTableSays(situation: Situation) throws {
        for kind in EventKind.allCases {
            let dialogue = situation.make()
            guard let event = Self.event(kind) else { continue }
            let before = dialogue.machine.kind
            if [.handling, .suspended].contains(before), situation != .suspendedSequence {
                dialogue.machine.exchange?.setResponse(Response(text: "y"))
            }
            let step = dialogue.machine.handle(event, at: dialogue.now, in: dialogue.workspace)
            var usual = try #require(Self.steps[before])
            if situation == .sendingFile { usual = .sendFile }
            if situation == .reset { usual = .reset }
            let row = try #require(Self.table[situation], "\(situation) is in the table")
            let (state, expected) = row[kind] ?? (before, usual)
            #expect(
                dialogue.machine.kind == state && step.kind == expected,
                "\(situation), \(kind): \(dialogue.machine.kind), \(step.kind)"
            )
        }
    }

    /// Each state is in the table, and each event changes something somewhere.
    @Test func coversAllStatesAndEvents() {
        let states = Set(Situation.allCases.map { $0.make().machine.kind })
        #expect(states.count == StateKind.allCases.count)
        let events = Set(Self.table.values.flatMap(\.keys))
        let unchanging: Set<EventKind> = [.opened, .received, .resumed, .deadline]
        #expect(events.union(unchanging).count == EventKind.allCases.count)
    }
}
