/// All that the effective settings depend on, as values.
package struct ConfigurationInput {
    /// The result of reading a file.
    package enum FileResult: Sendable {
        /// The bytes of the file.
        case contents([UInt8])
        /// The file can't be read, for a reason such as `No such file or directory`.
        case failed(reason: String)
    }

    /// The command line without the name of the program.
    package var arguments: [SystemString]
    /// The environment of the process.
    package var environment: [String: SystemString]
    /// The name that `--help` and `--version` show.
    package var programName: String
    /// What `--version` shows after the name of the program.
    package var version: String
    /// The names of the built-in applications; without any, `app` and `files.root` don't exist.
    package var applications: [String]
    /// What the program adds to forktail's command line.
    package var own: ApplicationDeclarations
    /// Reads the file at a path.
    package var readFile: (SystemString) -> FileResult

    /// Creates the input of one loading.
    package init(
        arguments: [SystemString],
        environment: [String: SystemString],
        programName: String,
        version: String,
        applications: [String],
        own: ApplicationDeclarations = ApplicationDeclarations(),
        readFile: @escaping (SystemString) -> FileResult
    ) {
        self.arguments = arguments
        self.environment = environment
        self.programName = programName
        self.version = version
        self.applications = applications
        self.own = own
        self.readFile = readFile
    }
}
