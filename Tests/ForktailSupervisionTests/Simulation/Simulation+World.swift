import ForktailSupervision

/// What happens beside the arbiter: it continues while the arbiter is between two of its calls.
extension Simulation {
    /// When something happens next; `SimulatedWorker.never` if nothing does.
    var nextOccurrence: Int {
        let worker = soonestWorker.map { workers[$0].nextAt } ?? SimulatedWorker.never
        return min(min(nextIncidentAt, nextForkAt), worker)
    }

    /// Lets everything happen up to a time.
    mutating func advance(to end: Int) {
        while nextOccurrence <= end {
            occur()
        }
        now = max(now, end)
        guard isCalm else { return }
        for index in workers.indices where workers[index].hangsAt > now {
            workers[index].hangsAt = SimulatedWorker.never
        }
    }

    /// Lets time pass between two calls of the arbiter.
    mutating func elapse() {
        if !isCalm, scenario.delays > 0, random.chance(percent: scenario.delays) {
            let delay = random.number(1, scenario.longestDelay)
            coverage.see(.delay)
            lost += delay
            trace?.note("the arbiter is late by \(delay) ms", at: now)
            advance(to: now + delay)
        }
        while now < awakeAt {
            advance(to: awakeAt)
        }
    }

    private var nextIncidentAt: Int {
        nextIncident < scenario.incidents.count
            ? scenario.incidents[nextIncident].at : SimulatedWorker.never
    }

    private mutating func occur() {
        let worker = soonestWorker
        if nextForkAt == nextOccurrence {
            now = max(now, nextForkAt)
            happen()
        } else if let worker, workers[worker].nextAt <= nextIncidentAt {
            now = max(now, workers[worker].nextAt)
            act(worker)
        } else {
            let incident = scenario.incidents[nextIncident]
            now = max(now, incident.at)
            nextIncident += 1
            switch incident.kind {
            case .event(let event): caught.append(event)
            case .pause(let length, let withWorkers): pause(for: length, withWorkers: withWorkers)
            }
        }
    }

    private mutating func pause(for duration: Int, withWorkers: Bool) {
        awakeAt = max(awakeAt, now + duration)
        lost += duration
        pauses = (before: pauses.last, last: now)
        let subject = withWorkers ? "all stand" : "the arbiter stands"
        trace?.note("\(subject) still until \(awakeAt) ms", at: now)
        guard withWorkers else { return }
        for index in workers.indices {
            workers[index].sleep(from: now, to: awakeAt)
        }
    }

    private var soonestWorker: Int? {
        var soonest: Int?
        var at = SimulatedWorker.never
        for index in workers.indices where workers[index].nextAt < at {
            at = workers[index].nextAt
            soonest = index
        }
        return soonest
    }

    /// Lets a worker do what it does next: serve its time, die, get ready, or beat.
    private mutating func act(_ index: Int) {
        let worker = workers[index]
        if worker.servedAt == worker.nextAt {
            workers[index].servedAt = SimulatedWorker.never
            workers[index].pipe.append(.recycle(worker.id, .requests(worker.id.number)))
        } else if worker.diesAt <= min(worker.readyAt, worker.beatAt) {
            workers[index].end()
            ended.append(worker.id)
        } else if worker.readyAt <= worker.beatAt {
            workers[index].readyAt = SimulatedWorker.never
            guard worker.hangsAt > now else { return }
            workers[index].getReady(at: now)
        } else if worker.hangsAt <= now {
            workers[index].beatAt = SimulatedWorker.never
        } else {
            workers[index].beat(at: now)
        }
    }
}
