import Forktail

/// The executable `forktail`: serves one of the built-in applications.
@main
enum ForktailCommand {
    static func main() {
        Server.run(
            applications: BuiltIn.allCases.map(\.rawValue),
            own: ApplicationDeclarations(commands: [NewPackage.command])
        ) { configuration in
            // The loader has refused every other name.
            switch BuiltIn(rawValue: configuration.app) ?? .hello {
            case .hello: try Hello()
            case .echo: Echo(bodyLimit: configuration.limitRequestBody)
            case .files: try Files(configuration)
            }
        }
    }
}

/// The built-in applications by their names.
enum BuiltIn: String, CaseIterable {
    case hello
    case echo
    case files
}
