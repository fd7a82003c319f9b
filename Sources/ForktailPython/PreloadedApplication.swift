// An application that is loaded once and forked for each worker: `wsgi.preload`.

import ForktailConfiguration
import ForktailLog
import ForktailSystem
import ForktailWorker

enum PreloadedApplication {
    /// Loads the application, and forks workers for as long as the arbiter asks for them.
    static func run(_ origin: WorkerOrigin) -> Never {
        let configuration = origin.configuration
        if let reason = PythonWorker.refusal(configuration) { origin.fail(reason) }
        do {
            try origin.restoreStandardError()
            SignalDisposition.resetAll()
            SignalDisposition.ignoreFailedWrites()
            PythonLog.write(to: origin)
            let helper = try PythonHelper(configuration)
            try helper.prepare(report: origin.report)
            ProcessTitle.prepare()
            ProcessTitle.set("\(configuration.procName): application")
            guard let target = configuration.wsgi.target else {
                throw PythonError(description: "wsgi.application is not set")
            }
            try helper.load(module: target.module, callable: target.callable)
            origin.requireDescriptors(orFail: PythonWorker.closedDescriptors)
            let threads = try helper.freeze()
            if !threads.isEmpty {
                origin.log(
                    .warning,
                    "wsgi.preload: the application has started threads while it was loaded, which "
                        + "workers don't inherit: \(threads)",
                    [LogField("threads", threads)]
                )
            }
            origin.reportReady()
            while let makeWorker = origin.awaitRequest() {
                if try helper.fork(reporting: origin) { serve(makeWorker, helper) }
            }
            Process.leave(.success)
        } catch {
            origin.fail("\(error)")
        }
    }

    private static func serve(
        _ makeWorker: () throws -> HandedOverWorker,
        _ helper: PythonHelper
    ) -> Never {
        do {
            let worker = try makeWorker()
            try helper.prepare(report: worker.report)
            PythonWorker.serve(worker, helper, isLoaded: true)
        } catch {
            PythonWorker.fail("\(error)")
        }
    }
}
