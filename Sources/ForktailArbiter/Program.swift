package import ForktailConfiguration
package import ForktailLog
package import ForktailSystem
package import ForktailTLS

/// What the arbiter supervises: the parts of a program that are given to it.
package struct Program {
    /// Name and version, for the first line of the log.
    package let title: String
    /// What the place of the control socket depends on beside the settings.
    package let controlSurroundings: ControlSurroundings
    /// The description of each class of workers.
    package let workerClasses: (Configuration) -> WorkerClassTraits
    /// Reads the settings, at the start and again for each reload.
    package let loadConfiguration: () throws(ConfigurationFailure) -> LoadedConfiguration
    /// Makes the application in the arbiter, before the first fork; only with `preload_app`.
    package let preload: (Configuration) throws(StartFailure) -> Void
    /// Serves, in the child, until the worker is told to stop.
    package let runWorker: (consuming WorkerHandoff, Configuration, LogFiles, TLSContext?) -> Never
    /// Makes the message by which another process can become the worker.
    package let handOver:
        (consuming WorkerHandoff, Configuration, LogFiles) throws(Errno) -> WorkerHandover
    /// Serves status and commands, in the child, until the observer is told to stop.
    package let runObserver: (consuming ObserverHandoff, Configuration, LogFiles) -> Never

    /// Makes a program of its parts.
    package init(
        title: String,
        controlSurroundings: ControlSurroundings,
        workerClasses: @escaping (Configuration) -> WorkerClassTraits,
        loadConfiguration: @escaping () throws(ConfigurationFailure) -> LoadedConfiguration,
        preload: @escaping (Configuration) throws(StartFailure) -> Void,
        runWorker:
            @escaping (consuming WorkerHandoff, Configuration, LogFiles, TLSContext?) -> Never,
        handOver:
            @escaping (consuming WorkerHandoff, Configuration, LogFiles) throws(Errno) ->
            WorkerHandover,
        runObserver: @escaping (consuming ObserverHandoff, Configuration, LogFiles) -> Never
    ) {
        self.title = title
        self.controlSurroundings = controlSurroundings
        self.workerClasses = workerClasses
        self.loadConfiguration = loadConfiguration
        self.preload = preload
        self.runWorker = runWorker
        self.handOver = handOver
        self.runObserver = runObserver
    }
}
