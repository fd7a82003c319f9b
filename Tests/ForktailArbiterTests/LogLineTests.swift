import ForktailLog
import ForktailSupervision
import ForktailSystem
import Testing

@testable import ForktailArbiter
@testable import ForktailLog

/// What the log says of a notice of the supervisor.
@Suite struct LogLineTests {
    private let worker = WorkerID(number: 7)

    /// The line of a notice about a worker in slot 3 with process 4711.
    private func line(
        _ notice: Notice,
        after failures: BootFailures = BootFailures(),
        score: Score? = nil
    ) -> LogLine {
        LogLine(notice, after: failures) { _, slot in
            WorkerDescription(
                slot: slot,
                process: ProcessID(rawValue: 4711),
                score: score,
                now: Instant(sinceBoot: .seconds(100)),
                isOutOfMemory: { false }
            )
        }
    }

    /// The score of a worker that has answered a number of requests and answers one more.
    private func score(requests: Int, isBusy: Bool) throws -> Score {
        let entry = try Scoreboard(count: 1)[0]
        for _ in 0..<requests {
            entry.count(
                status: 200,
                bytesIn: 10,
                bytesOut: 20,
                nanoseconds: Duration.milliseconds(1).nanoseconds
            )
        }
        if isBusy {
            entry.beginRequest(
                method: Array("GET".utf8).span,
                target: Array("/a".utf8).span,
                since: Instant(sinceBoot: .seconds(98))
            )
        }
        return entry.read()
    }

    /// One thing is not several.
    @Test func countsOneThing() throws {
        #expect(line(.workersChanged(from: 1, to: 0)).message.hasPrefix("the worker is retired by"))
        #expect(
            line(.workersChanged(from: 2, to: 0)).message.hasPrefix("all 2 workers are retired")
        )
        let recycling = Notice.workerRecycling(worker, slot: 3, reason: .requests(1))
        #expect(line(recycling).message.hasSuffix(" 1 request"))
    }

    @Test func saysWhenAWorkerIsReady() {
        let line = line(.workerReady(worker, slot: 3, generation: 2, after: .milliseconds(12)))
        #expect(line.severity == .info)
        #expect(line.message == "worker 3 (pid 4711) ready after 12 ms")
        #expect(line.fields.map(\.name) == ["slot", "worker_pid", "generation", "after"])
    }

    @Test func saysWhatAWorkerDidWhenItDied() throws {
        let notice = Notice.workerExited(
            worker,
            slot: 3,
            generation: 1,
            status: .signaled(number: 11, coreDumped: false),
            lived: .seconds(130),
            cause: .unexpected
        )
        let busy = line(notice, score: try score(requests: 1, isBusy: true))
        #expect(busy.severity == .error)
        #expect(
            busy.message == "worker 3 (pid 4711) died of SIGSEGV after 2 m 10 s and 1 request, "
                + "while answering GET /a (for 2 s)"
        )
        #expect(
            busy.fields.map(\.name) == [
                "slot", "worker_pid", "signal", "cause", "reason", "generation", "lived",
                "requests",
                "method", "target", "busy",
            ]
        )
        let idle = line(notice, score: try score(requests: 0, isBusy: false))
        #expect(idle.message == "worker 3 (pid 4711) died of SIGSEGV after 2 m 10 s")
        #expect(idle.fields.map(\.name).last == "requests")
    }

    @Test func namesTheRequestOfAnOverdueWorker() throws {
        let score = try score(requests: 0, isBusy: true)
        let reason = KillReason.silent(.seconds(3))
        let aborted = line(.workerAborted(worker, slot: 3, reason: reason), score: score)
        #expect(aborted.severity == .error)
        #expect(
            aborted.message == "worker 3 (pid 4711) gave no sign of life for 3 s (timeout)"
                + ": GET /a has run for 2 s; sent SIGABRT"
        )
        let killed = line(.workerKilled(worker, slot: 3, reason: .escalation), score: score)
        #expect(killed.severity == .warning)
        #expect(killed.message.hasSuffix("; sent SIGKILL"))
    }

    @Test(
        arguments: [
            (.degraded(ready: 1, wanted: 4), .warning, ["ready", "wanted"]),
            (.bootFailed(failures: 3), .critical, ["failures"]),
            (
                .respawnDelayed(slot: 0, by: .seconds(1), failures: 4), .warning,
                ["slot", "failures", "delay"]
            ),
            (.roundSkipped(pause: .seconds(9)), .warning, ["pause"]),
            (.workersChanged(from: 1, to: 2), .info, ["from", "to"]),
            (.reloadStarted(generation: 2, workers: 4), .info, ["generation", "workers"]),
            (.reloadCompleted(generation: 2, after: .seconds(1)), .info, ["generation", "after"]),
            (
                .reloadFailed(.allRetired(generation: 2), backTo: 1), .error,
                ["generation", "reason", "failed_generation"]
            ),
            (
                .rollbackCompleted(generation: 1, after: .seconds(1)), .info,
                ["generation", "after"]
            ),
            (.commandRefused(.upgrade, .reloading), .warning, ["command", "reason"]),
            (.stopDelayed(by: .seconds(5)), .info, ["delay"]),
            (.stopEscalated(to: .kill), .warning, ["signal"]),
        ] as [(Notice, LogLevel, [String])]
    )
    func givesEachNoticeALevelAndFields(notice: Notice, level: LogLevel, fields: [String]) {
        let line = line(notice)
        #expect(line.severity == level)
        #expect(line.fields.map(\.name) == fields)
        #expect(!line.message.isEmpty)
    }

    @Test func namesTheCauseOfAFailedReload() {
        let failure = ReloadFailure.cannotBoot(
            generation: 2,
            slot: 1,
            failures: 3,
            last: .exited(.exited(code: 70))
        )
        #expect(
            line(.reloadFailed(failure, backTo: 1)).message
                == "reload failed: worker 1 can't boot: it exited with status 70 (3 tries); "
                + "generation 1 stays in force"
        )
        var failures = BootFailures()
        failures.note("files.root www: No such file or directory")
        #expect(
            line(.reloadFailed(failure, backTo: 1), after: failures).message
                == "reload failed: worker 1 can't boot: files.root www: No such file or directory "
                + "(3 tries); generation 1 stays in force"
        )
    }

    /// The reasons of workers that could not boot, and how often each is logged as an error.
    @Test(arguments: [
        (["a", "a", "a"], 1),
        (["a", "b", "b"], 2),
        (["a", "b", "a"], 3),
    ])
    func logsAReasonThatIsRepeatedOnce(reasons: [String], errors: Int) throws {
        var failures = BootFailures()
        var logged = 0
        for reason in reasons {
            let entry = try Scoreboard(count: 1)[0]
            entry.noteBootFailure(reason)
            failures.note(reason)
            let line = line(exit(70), after: failures, score: entry.read())
            #expect(line.event == .workerBootFailed)
            #expect(line.message == "worker 3 (pid 4711) could not boot: \(reason)")
            if line.severity == .error { logged += 1 }
        }
        #expect(logged == errors)
        let words = "can't boot: \(reasons[2]) (3 tries); giving up with status 70"
        #expect(line(.bootFailed(failures: 3), after: failures).message == words)
    }

    /// A worker that crashes later says nothing of its boot, and one that leaves in order neither.
    @Test func believesNoReasonOfAWorkerThatLeft() throws {
        let entry = try Scoreboard(count: 1)[0]
        #expect(line(exit(70), score: entry.read()).event == .workerExited)
        entry.noteBootFailure("a lie")
        #expect(line(exit(0), score: entry.read()).event == .workerExited)
    }

    private func exit(_ code: Int32) -> Notice {
        .workerExited(
            worker,
            slot: 3,
            generation: 1,
            status: .exited(code: code),
            lived: .milliseconds(3),
            cause: .unexpected
        )
    }

    @Test func sumsUpTheWorkOfAWorker() throws {
        func summary(_ requests: Int) throws -> LogLine? {
            LogLine(
                workOf: WorkerDescription(
                    slot: 0,
                    process: nil,
                    score: try score(requests: requests, isBusy: false),
                    now: .now(),
                    isOutOfMemory: { false }
                )
            )
        }
        #expect(try summary(0) == nil)
        let line = try #require(try summary(1200))
        #expect(
            line.message == "worker 0 has answered 1,200 requests: 1,200 × 2xx; "
                + "p50 below 2 ms, p99 below 2 ms"
        )
        #expect(
            line.fields.map(\.name) == [
                "slot", "requests", "bytes_in", "bytes_out", "answers_2xx", "p50", "p99",
            ]
        )
    }
}
