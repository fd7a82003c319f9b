import ForktailSupervision
import ForktailValues
import Testing

@testable import ForktailArbiter
@testable import ForktailLog
@testable import ForktailSystem

/// What a signal asks for, and what the log says of its sender.
@Suite struct SignalMeaningTests {
    private static func record(_ signal: Signal, from sender: CInt?) -> SignalPipe.Record {
        SignalPipe.Record(
            signal: signal,
            sender: ProcessID(rawValue: sender ?? 0),
            isFromKernel: sender == nil
        )
    }

    /// The kernel's HUP is the end of the terminal, which nohup(1) has ignored.
    @Test(
        arguments: [
            (nil, false, .stop(.graceful)), (nil, true, nil), (1, false, .reload),
            (1, true, .reload),
        ] as [(CInt?, Bool, Event?)]
    )
    func obeysAHangUp(sender: CInt?, isIgnored: Bool, expected: Event?) {
        let record = Self.record(.hangUp, from: sender)
        switch SignalMeaning(record, ignoresTerminalsEnd: isIgnored) {
        case .event(let event): #expect(event == expected)
        case .ignored(let reason): #expect(expected == nil && reason != nil)
        }
    }

    /// A process of another pid namespace has no number here.
    @Test(
        arguments: [
            (nil, "SIGHUP from the kernel"), (.max, "SIGHUP from pid 2147483647"),
            (0, "SIGHUP from a process outside of this container (pid namespace)"),
        ] as [(CInt?, String)]
    )
    func namesTheSender(sender: CInt?, words: String) {
        let record = Self.record(.hangUp, from: sender)
        #expect(record.words == words)
        #expect(record.fields.contains { $0.name == "sender" } == (sender == .max))
    }
}
