import ForktailConfiguration
import ForktailSystem

/// What a worker of the class wsgi needs on this machine: its interpreter, and the library that the
/// interpreter loads.
struct InterpreterSetup {
    /// The path of the interpreter, relative to `chdir` if it is relative.
    let interpreter: String
    /// The path of the library.
    let library: SystemString

    /// Looks for both; nil for settings of another class.
    ///
    /// - Throws: What is missing, with the cure.
    init?(_ configuration: Configuration) throws(StartFailure) {
        guard configuration.workerClass == .wsgi else { return nil }
        interpreter = try Self.findInterpreter(configuration)
        library = try Self.findLibrary()
    }

    private static func findInterpreter(_ configuration: Configuration) throws(StartFailure)
        -> String
    {
        let name = configuration.wsgi.python
        // It is looked up behind the root directory of the workers.
        guard configuration.chroot == nil else { return name }
        return try ServiceSettings.findProgram(
            name,
            of: "wsgi.python",
            configuration,
            advice: "; name the interpreter of the application's virtual environment, such as "
                + ".venv/bin/python"
        )
    }

    private static let name = "libforktail-python.so"

    /// The library lies beside the executable, or where `make install` puts it.
    private static func findLibrary() throws(StartFailure) -> SystemString {
        let directory = Process.executableDirectory
        let places = ["", "../lib/forktail/"].map {
            SystemString("\($0)\(name)").path(in: directory)
        }
        for place in places where FileSystem.isReadable(place) { return place }
        throw .configuration(
            "worker_class = \"wsgi\" needs the library \(name), which is neither "
                + places.map(\.description).joined(separator: " nor ")
                + ": install it with forktail"
        )
    }
}
