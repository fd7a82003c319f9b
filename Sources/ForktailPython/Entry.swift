// What the user's interpreter calls: the start of a worker of the class wsgi.

import CForktail
import ForktailConfiguration
import ForktailSystem
import ForktailWorker

/// Called by the interpreter when it loads the library: leaves the main function in `sys`.
///
/// There is no module to return: its structure is not the same in all versions of Python.
@c(PyInit_forktail_worker)
public func initializeModule() -> UnsafeMutableRawPointer? {
    if let missing = forktail_py_load() {
        PythonWorker.fail("it is no CPython that forktail can use: it has no \(missing)")
    }
    let function = forktail_py_function("forktail_worker") { _, arguments in
        PythonWorker.run(record: CInt(forktail_py_long(forktail_py_element(arguments, 0))))
    }
    forktail_py_publish("_forktail_worker", function)
    forktail_py_raise(nil, "forktail_worker is no module: its function is in sys")
    return nil
}

/// A worker in the user's interpreter.
enum PythonWorker {
    /// The oldest version that has all that is used.
    private static let oldest = (3, 9)

    /// Serves until the arbiter ends or asks the worker to leave.
    static func run(record: CInt) -> Never {
        do {
            switch try WorkerOrigin.inherit(record: record) {
            case .worker(let worker): run(worker)
            case .origin(let origin): PreloadedApplication.run(origin)
            }
        } catch {
            fail("\(error)")
        }
    }

    private static func run(_ worker: HandedOverWorker) -> Never {
        if let reason = refusal(worker.configuration) { worker.fail(reason) }
        let helper: PythonHelper
        do {
            try worker.restoreStandardError()
            SignalDisposition.resetAll()
            SignalDisposition.ignoreFailedWrites()
            helper = try PythonHelper(worker.configuration)
            try helper.prepare(report: worker.report)
            ProcessTitle.prepare()
        } catch {
            worker.fail("\(error)")
        }
        serve(worker, helper, isLoaded: false)
    }

    /// Serves with an interpreter that is prepared.
    static func serve(_ worker: HandedOverWorker, _ helper: PythonHelper, isLoaded: Bool) -> Never {
        let configuration = worker.configuration
        let resources = worker.resources
        ProcessTitle.set("\(configuration.procName): worker \(resources.slot)")
        let kept = KeptDescriptors(resources.descriptors)
        worker.run {
            let application = Result {
                try PythonApplication(helper, configuration, resources, isLoaded: isLoaded)
            }
            // To close them once more traps, so that nothing is thrown.
            guard kept.areOpen else { worker.fail(Self.closedDescriptors) }
            return try application.get()
        }
    }

    static let closedDescriptors =
        "wsgi.application has closed descriptors that it did not open, which the worker needs; let it "
        + "close its own files only, and not all (os.closerange)"

    /// Why this interpreter can't be used; nil where it can.
    static func refusal(_ configuration: Configuration) -> String? {
        let version = String(cString: forktail_py_version())
        let numbers = version.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        guard numbers.count == 2, (numbers[0], numbers[1]) >= oldest else {
            let words = version.prefix { $0 != " " }
            return "wsgi.python \(configuration.wsgi.python) is Python \(words); forktail "
                + "needs \(oldest.0).\(oldest.1) or later"
        }
        return nil
    }

    /// Prints why no worker can be made, which the arbiter reads, and ends.
    static func fail(_ reason: String) -> Never {
        // The exit status has to do where this can't be written.
        try? FileDescriptor.standardStream(2).writeAll("\(reason)\n")
        Process.leave(.bootFailed)
    }
}
