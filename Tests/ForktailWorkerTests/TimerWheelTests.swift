import ForktailSystem
import ForktailTestSupport
import Testing

@testable import ForktailWorker

struct TimerWheelTests {
    private let start = Instant.now()

    /// A tick of the wheel, and what it reaches.
    private static let tick = Duration.nanoseconds(1 << 24)
    private static let reach = tick * 1024

    @Test func takesWhatIsDueAndNothingElse() {
        var wheel = TimerWheel(at: start)
        wheel.set(3, to: start + .seconds(1))
        wheel.set(4, to: start + .seconds(2))
        #expect(wheel.takeDue(at: start + .milliseconds(999)) == [])
        #expect(wheel.takeDue(at: start + .seconds(1)) == [3])
        #expect(wheel.takeDue(at: start + .seconds(1)) == [])
        #expect(wheel.takeDue(at: start + .seconds(2)) == [4])
    }

    @Test func followsADeadlineThatMoves() {
        var wheel = TimerWheel(at: start)
        wheel.set(0, to: start + .seconds(1))
        wheel.set(0, to: start + .seconds(5))
        #expect(wheel.takeDue(at: start + .seconds(4)) == [])
        wheel.set(0, to: start + .milliseconds(4500))
        #expect(wheel.takeDue(at: start + .milliseconds(4500)) == [0])
        #expect(wheel.takeDue(at: start + .seconds(100)) == [])
    }

    @Test func forgetsWhatWasRemoved() {
        var wheel = TimerWheel(at: start)
        wheel.set(9, to: start + .seconds(1))
        wheel.remove(9)
        wheel.remove(10)
        #expect(wheel.wait(at: start, atMost: .seconds(9)) == .seconds(9))
        #expect(wheel.takeDue(at: start + .seconds(2)) == [])
        wheel.set(9, to: start + .seconds(3))
        #expect(wheel.takeDue(at: start + .seconds(3)) == [9])
    }

    @Test func reachesAsFarAsItIsAsked() {
        var wheel = TimerWheel(at: start)
        wheel.set(1, to: start + Self.reach * 3)
        wheel.set(2, to: start + .seconds(86_400))
        #expect(wheel.takeDue(at: start + (Self.reach * 3 - .milliseconds(1))) == [])
        #expect(wheel.takeDue(at: start + Self.reach * 3) == [1])
        #expect(wheel.takeDue(at: start + .seconds(86_399)) == [])
        #expect(wheel.takeDue(at: start + .seconds(90_000)) == [2])
    }

    /// A deadline that has passed already is due at the next look.
    @Test func takesWhatIsLateAtOnce() {
        var wheel = TimerWheel(at: start)
        _ = wheel.takeDue(at: start + .seconds(30))
        wheel.set(1, to: start)
        #expect(wheel.wait(at: start + .seconds(30), atMost: .seconds(9)) <= Self.tick)
        #expect(wheel.takeDue(at: start + .seconds(30)) == [1])
    }

    /// Any sequence of settings, removals and pauses: what is taken is what a table of deadlines
    /// says is due, and no wait is longer than to the end of a deadline's tick.
    @Test(arguments: Seed.chosen(40))
    func doesWhatATableDoes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var now = start
        var wheel = TimerWheel(at: now)
        var model: [Int: Instant] = [:]
        for _ in 0..<1500 {
            let number = Int.random(in: 0..<30, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let deadline = now + Self.distance(&random)
                wheel.set(number, to: deadline)
                model[number] = deadline
            case 6:
                wheel.remove(number)
                model[number] = nil
            default:
                now = now + max(.zero, Self.distance(&random))
                let due = model.filter { $0.value <= now }.keys
                #expect(wheel.takeDue(at: now).sorted() == due.sorted(), "\(seed)")
                for number in due { model[number] = nil }
            }
            expectGoodWait(&wheel, model, at: now, &random, seed)
        }
    }

    private func expectGoodWait(
        _ wheel: inout TimerWheel,
        _ model: [Int: Instant],
        at now: Instant,
        _ random: inout SeededGenerator,
        _ seed: UInt64
    ) {
        let limit = Duration.milliseconds(Int.random(in: 0...2000, using: &random))
        let wait = wheel.wait(at: now, atMost: limit)
        #expect(wait >= .zero && wait <= limit, "\(seed)")
        guard let next = model.values.min() else { return }
        #expect(now + wait <= max(now, next) + Self.tick, "\(seed)")
    }

    /// Short and long, backward and forward, within the wheel's reach and beyond it.
    private static func distance(_ random: inout SeededGenerator) -> Duration {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .zero
        case 1: .nanoseconds(-Int64.random(in: 0...3_000_000_000, using: &random))
        case 2...4: .nanoseconds(Int64.random(in: 0...50_000_000, using: &random))
        case 5: .nanoseconds(Int64.random(in: 0...2_000_000_000, using: &random))
        case 6: reach + .nanoseconds(Int64.random(in: -20_000_000...20_000_000, using: &random))
        default: .nanoseconds(Int64.random(in: 0...200_000_000_000, using: &random))
        }
    }

    /// A loop that sleeps for the returned time takes each deadline within a tick, and does not spin.
    @Test(arguments: Seed.chosen(10))
    func letsALoopSleep(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var now = start
        var wheel = TimerWheel(at: now)
        var model: [Int: Instant] = [:]
        for number in 0..<50 {
            let deadline = now + .milliseconds(Int.random(in: 0...60_000, using: &random))
            model[number] = deadline
            wheel.set(number, to: deadline)
        }
        var rounds = 0
        while !model.isEmpty, rounds < 1000 {
            rounds += 1
            now = now + wheel.wait(at: now, atMost: .seconds(1))
            for number in wheel.takeDue(at: now) {
                guard let deadline = model.removeValue(forKey: number) else {
                    Issue.record("\(number) was taken twice; \(seed)")
                    continue
                }
                #expect(deadline <= now && now - deadline <= Self.tick, "\(seed)")
            }
        }
        #expect(model.isEmpty)
        // Each deadline, each second, and each that goes round may wake it once.
        #expect(rounds <= 50 + 61 + 50 * 4, "\(seed)")
    }
}
