import ForktailSystem

/// One deadline for each of many numbers, at constant cost.
///
/// Time is cut into ticks of 16.8 ms, and each tick has a ring of the numbers whose deadline falls
/// into it. Moving a deadline to a later time costs one store: the number stays in its ring and moves
/// on when that ring is due. A deadline more than 17 s ahead stays for several rounds.
struct TimerWheel: ~Copyable {
    private static let ticks = 1024
    private static let exponent = 24

    private var rings = RingTable(rings: ticks)
    /// The deadline of each number; nil for none.
    private var deadlines: [Instant?] = []
    /// The tick of the ring that each number is in.
    private var places: [Int] = []
    /// The tick that was checked last.
    private var position: Int
    /// The first tick, from `position` on, that may have numbers.
    private var firstUsed: Int

    /// Makes a wheel without deadlines.
    init(at now: Instant) {
        position = now.tick(Self.exponent)
        firstUsed = position
    }

    /// Sets a number's deadline, which replaces an earlier one.
    mutating func set(_ number: Int, to deadline: Instant) {
        while deadlines.count <= number {
            deadlines.append(nil)
            places.append(0)
        }
        deadlines[number] = deadline
        let tick = max(deadline.tick(Self.exponent), position)
        if rings.contains(number) {
            guard tick < places[number] else { return }
            rings.remove(number)
        }
        place(number, at: tick)
    }

    /// Forgets a number's deadline.
    mutating func remove(_ number: Int) {
        guard number < deadlines.count else { return }
        deadlines[number] = nil
        rings.remove(number)
    }

    /// Removes and returns the numbers whose deadline has passed.
    mutating func takeDue(at now: Instant) -> [Int] {
        let first = position
        position = max(first, now.tick(Self.exponent))
        var due: [Int] = []
        for tick in max(first, position - Self.ticks + 1)...position {
            takeDue(at: now, from: tick, into: &due)
        }
        return due
    }

    /// How long it is until the wheel wants to be looked at, if that is within `limit`.
    mutating func wait(at now: Instant, atMost limit: Duration) -> Duration {
        let last = (now + limit).tick(Self.exponent)
        firstUsed = max(firstUsed, position)
        while firstUsed <= last {
            if rings.first(of: firstUsed % Self.ticks) != nil {
                // Its end: everything in it is due then.
                let end = Instant(nanosecondsSinceBoot: Int64(firstUsed + 1) << Self.exponent)
                return max(.zero, min(limit, end - now))
            }
            firstUsed += 1
        }
        return limit
    }

    private mutating func place(_ number: Int, at tick: Int) {
        // What is further away than the wheel reaches is looked at once per round.
        let near = min(tick, position + Self.ticks - 1)
        places[number] = near
        firstUsed = min(firstUsed, near)
        rings.append(number, to: near % Self.ticks)
    }

    private mutating func takeDue(at now: Instant, from tick: Int, into due: inout [Int]) {
        var early: [Int] = []
        while let number = rings.first(of: tick % Self.ticks) {
            rings.remove(number)
            guard let deadline = deadlines[number] else { continue }
            if deadline <= now {
                deadlines[number] = nil
                due.append(number)
            } else {
                early.append(number)
            }
        }
        for number in early {
            guard let deadline = deadlines[number] else { continue }
            place(number, at: max(deadline.tick(Self.exponent), position))
        }
    }
}
