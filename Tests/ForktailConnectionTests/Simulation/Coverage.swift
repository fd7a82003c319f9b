/// How many worlds saw what, so that a simulation that never gets anywhere is noticed.
struct Coverage {
    /// What a world may see besides states, events and steps.
    enum Sight: Int, CaseIterable {
        case keptRequest, pipelinedRequest, cutResponse, sentContinue, liveBody, refusedRequest
        case stop, abort, eviction, crash, clockJump, clientReset, halfClose, stuckHandler
        case lateAnswer, takenConnection, blockedSocket, threadShortage, shorterFile, lostThread
        case proxiedClient, blockingDriver, wholeStream, brokenStream, headRequest, oldClient,
            silentStream, cancelledTask, sequence
    }

    private static let eventStart = StateKind.allCases.count
    private static let stepStart = eventStart + EventKind.allCases.count
    private static let sightStart = stepStart + StepKind.allCases.count
    static let names =
        StateKind.allCases.map { "state \($0)" } + EventKind.allCases.map { "event \($0)" }
        + StepKind.allCases.map { "step \($0)" } + Sight.allCases.map { "\($0)" }

    private(set) var worlds = [Int](repeating: 0, count: names.count)
    private var current: UInt128 = 0
    /// Whether every world came to its end.
    var isComplete = true

    mutating func see(_ sight: Sight) { see(Self.sightStart + sight.rawValue) }
    mutating func see(_ state: StateKind) { see(state.rawValue) }
    mutating func see(_ event: EventKind) { see(Self.eventStart + event.rawValue) }
    mutating func see(_ step: StepKind) { see(Self.stepStart + step.rawValue) }

    private mutating func see(_ index: Int) { current |= 1 &<< UInt128(index) }

    /// Counts what the world has seen.
    mutating func finishWorld() {
        for index in worlds.indices where current & (1 &<< UInt128(index)) != 0 {
            worlds[index] += 1
        }
        current = 0
    }

    mutating func add(_ other: Coverage) {
        for index in worlds.indices { worlds[index] += other.worlds[index] }
        isComplete = isComplete && other.isComplete
    }
}
