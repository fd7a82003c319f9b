import ForktailSupervision

/// How the simulated workers come into the world.
extension Simulation {
    mutating func makeWorker(
        _ id: WorkerID,
        slot: Int,
        _ settings: Oracle.Settings
    ) -> SimulatedWorker {
        var worker = SimulatedWorker(id: id, slot: slot, settings, at: now)
        drawManners(of: &worker)
        drawBoot(of: &worker, settings)
        if worker.isProgram { drawHeartbeats(of: &worker) }
        if !isCalm {
            drawService(of: &worker)
            drawMishap(of: &worker, settings)
        }
        return worker
    }

    private mutating func drawManners(of worker: inout SimulatedWorker) {
        worker.isAsked = random.chance(percent: 30)
        worker.requestTime = random.chance(percent: 30) ? random.number(0, 6000) : 3
        worker.ignoresTerm = random.chance(percent: 8)
        worker.losesFirstSignal = random.chance(percent: 10)
        worker.survivesAbort = random.chance(percent: 20)
    }

    private mutating func drawBoot(of worker: inout SimulatedWorker, _ settings: Oracle.Settings) {
        if settings.canBoot {
            worker.readyAt = now + (random.chance(percent: 80) ? 4 : random.number(1, 700))
        } else if random.chance(percent: 80) {
            worker.diesAt = now + random.number(1, 100)
            worker.status = .exited(code: 3)
        }
    }

    /// Most programs never beat; one that does begins at any time, and may be slower than its timeout
    /// allows as long as the world is not calm.
    private mutating func drawHeartbeats(of worker: inout SimulatedWorker) {
        guard random.chance(percent: 60) else { return }
        let timeout = worker.policy.timeout.map(Self.milliseconds) ?? 4000
        let isRare = !isCalm && random.chance(percent: 30)
        worker.interval = isRare ? random.number(timeout / 2, timeout * 3 / 2) : timeout / 4
        worker.beatAt = now + random.number(0, 4000)
    }

    private mutating func drawService(of worker: inout SimulatedWorker) {
        guard let time = scenario.timeToServe, worker.readyAt != SimulatedWorker.never else {
            return
        }
        worker.servedAt = now + random.number(time / 2, time * 2)
    }

    private mutating func drawMishap(of worker: inout SimulatedWorker, _ settings: Oracle.Settings)
    {
        if settings.canBoot, settings.isFlaky {
            worker.diesAt = worker.readyAt + random.number(1, 1500)
            worker.status = .signaled(number: 4, coreDumped: false)
        }
        if settings.canBoot, let time = scenario.crashingRequests {
            worker.isAsked = true
            worker.diesAt = worker.readyAt + random.number(0, 2 * time)
            worker.status = .signaled(number: 4, coreDumped: true)
        }
        guard random.chance(percent: scenario.crashes) else { return }
        let soon = random.chance(percent: 50) ? 20 : 8000
        if random.chance(percent: 60) {
            worker.diesAt = min(worker.diesAt, now + random.number(0, soon))
            worker.status = .signaled(number: 11, coreDumped: true)
        } else {
            worker.hangsAt = now + random.number(0, soon)
        }
    }
}
