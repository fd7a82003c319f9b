import ForktailSupervision
import ForktailValues
import Glibc
import Testing

@testable import ForktailArbiter

/// How the log speaks of a worker's end, and how much it matters.
@Suite struct WorkerExitTests {
    struct Case: CustomStringConvertible {
        let status: ForktailValues.ExitStatus
        let cause: ExitCause
        var isOutOfMemory = false
        let level: LogLevel
        let text: String

        var description: String { text }
    }

    private static let crash = ForktailValues.ExitStatus.signaled(number: SIGSEGV, coreDumped: true)
    private static let killed = ForktailValues.ExitStatus.signaled(
        number: SIGKILL,
        coreDumped: false
    )
    private static let terminated = ForktailValues.ExitStatus.signaled(
        number: SIGTERM,
        coreDumped: false
    )
    private static let aborted = ForktailValues.ExitStatus.signaled(
        number: SIGABRT,
        coreDumped: false
    )

    private static let cases = [
        Case(
            status: crash,
            cause: .unexpected,
            level: .error,
            text: "died of SIGSEGV (core dumped)"
        ),
        Case(
            status: .exited(code: 3),
            cause: .unexpected,
            level: .error,
            text: "exited with status 3"
        ),
        Case(
            status: .exited(code: 0),
            cause: .unexpected,
            level: .warning,
            text: "exited unexpectedly with status 0"
        ),
        Case(
            status: killed,
            cause: .unexpected,
            level: .error,
            text: "was killed by SIGKILL (not sent by forktail)"
        ),
        Case(
            status: killed,
            cause: .unexpected,
            isOutOfMemory: true,
            level: .error,
            text: "died of SIGKILL: the kernel killed it, since the control group is out of memory"
        ),
        Case(
            status: terminated,
            cause: .unexpected,
            level: .warning,
            text: "was killed by SIGTERM (not sent by forktail)"
        ),
        Case(
            status: .exited(code: 0),
            cause: .retired(.slotRemoved),
            level: .info,
            text: "exited with status 0: one worker fewer is wanted"
        ),
        Case(
            status: terminated,
            cause: .retired(.allRetired),
            level: .info,
            text: "died of SIGTERM: SIGWINCH retires all workers"
        ),
        Case(
            status: crash,
            cause: .retired(.replaced(generation: 2)),
            level: .error,
            text: "died of SIGSEGV (core dumped): generation 2 has taken its place"
        ),
        Case(
            status: .exited(code: 0),
            cause: .retired(.recycled(.requests(5120))),
            level: .info,
            text: "exited with status 0: it has answered 5,120 requests"
        ),
        Case(
            status: .exited(code: 0),
            cause: .stopped(.graceful),
            level: .info,
            text: "exited with status 0, as asked"
        ),
        Case(
            status: aborted,
            cause: .aborted(.silent(.seconds(30))),
            level: .error,
            text: "died of SIGABRT: it gave no sign of life for 30 s (timeout)"
        ),
        Case(
            status: killed,
            cause: .killed(.gracefulTimeout(.seconds(20))),
            level: .error,
            text: "died of SIGKILL: it did not leave within 20 s (graceful_timeout)"
        ),
        Case(
            status: killed,
            cause: .killed(.escalation),
            level: .warning,
            text: "died of SIGKILL: it had to leave at once"
        ),
        Case(
            status: .exited(code: 0),
            cause: .killed(.escalation),
            level: .info,
            text: "exited with status 0, as asked"
        ),
    ]

    @Test(arguments: cases)
    func saysWhatHappenedAndWhy(_ example: Case) {
        let exit = WorkerExit(
            status: example.status,
            cause: example.cause,
            isOutOfMemory: { example.isOutOfMemory }
        )
        #expect(exit.words + exit.reason == example.text)
        #expect(exit.severity == example.level)
    }

    /// Many programs die of the signal, or exit with another status than 0, once they have finished.
    @Test(arguments: [terminated, crash, .exited(code: 143), .exited(code: 0)])
    func takesEveryEndOfAProgramAsAskedFor(status: ForktailValues.ExitStatus) {
        let causes: [ExitCause] = [.stopped(.graceful), .retired(.replaced(generation: 2))]
        for cause in causes {
            #expect(WorkerExit(status: status, cause: cause, isProgram: true).severity == .info)
        }
        #expect(
            WorkerExit(status: Self.crash, cause: .unexpected, isProgram: true).severity == .error
        )
    }

    /// The kernel is asked only about a worker that it may have killed: the answer is used up.
    @Test func asksForMemoryOnlyAfterAnUnexplainedKill() {
        let statuses: [(ForktailValues.ExitStatus, ExitCause)] = [
            (Self.crash, .unexpected), (Self.killed, .killed(.escalation)),
            (.exited(code: 0), .unexpected),
        ]
        for (status, cause) in statuses {
            let exit = WorkerExit(status: status, cause: cause) {
                Issue.record("asked after \(status)")
                return true
            }
            #expect(!exit.reason.contains("memory"))
        }
    }
}
