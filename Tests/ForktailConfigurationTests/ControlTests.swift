import ForktailValues
import Testing

@testable import ForktailConfiguration

/// Commands to a running server, and where they find it.
@Suite struct ControlTests {
    private func request(_ words: String...) throws -> ControlRequest? {
        guard
            case .control(let request, _, _) = try ConfigurationLoader.load(input(arguments: words))
        else { return nil }
        return request
    }

    @Test func readsCommands() throws {
        try #expect(request("status") == ControlRequest(action: .status, isJSON: false))
        try #expect(
            request("scale", "4", "--json") == ControlRequest(action: .scale(4), isJSON: true)
        )
        try #expect(request("stop", "--quick")?.action == .stop(isQuick: true))
        try #expect(
            request("--workers", "3", "restart-worker", "2")?.action == .restartWorker(slot: 2)
        )
        try #expect(request("loglevel", "settings")?.action == .logLevel(nil))
        try #expect(request("events", "--follow")?.action == .events(follows: true))
    }

    /// A file with mistakes still says where the server is.
    @Test func findsTheServerInSpiteOfMistakes() throws {
        let file = "control_socket = \"/s\"\nworkres = 3\n"
        #expect(try places(file: file) == ["/s"])
    }

    /// A command for a service that is down reaches no other one: `?` marks a place where only a
    /// server with the same file is meant.
    @Test(
        arguments: [
            (nil, ["/run/shop/control.sock"]), ("", ["/run/f/control.sock"]),
            ("pidfile = \"/p/f.pid\"", ["/p/f.control.sock", "/run/f/control.sock"]),
            ("control_socket = \"\"", []),
        ] as [(String?, [String])]
    )
    func looksWhereTheUnitsHaveIt(file: String?, paths: [String]) throws {
        #expect(try places(file: file) == paths)
    }

    @Test(
        arguments: [
            (nil, ["/run/shop.control.sock", "/run/shop/control.sock"]),
            ("", ["/run/shop.control.sock?", "/run/f/control.sock"]),
            ("proc_name = \"a\"", ["/run/a.control.sock?", "/run/f/control.sock"]),
            ("pidfile = \"/p\"", ["/p.control.sock", "/run/f/control.sock"]),
        ] as [(String?, [String])]
    )
    func looksInRunForRoot(file: String?, paths: [String]) throws {
        #expect(try places(file: file, isRoot: true) == paths)
    }

    /// Where a mistake may hide the path, each place is of a server with the same file only, and
    /// without a file there is none.
    @Test(
        arguments: [
            ("control_socket = \"/a\nworkers = 2\n", [:]),
            ("control_sokcet = \"/a\"", [:]),
            ("control_socket = 1", [:]),
            ("workers = = 3", [:]),
            (nil, ["FORKTAIL_CONTROL_SOCKET": String(repeating: "a", count: 108)]),
        ] as [(String?, [String: String])]
    )
    func guessesNoPlace(file: String?, variables: [String: String]) throws {
        let found = try places(file: file, variables: variables, isRoot: true)
        let all = ["/run/shop.control.sock?", "/run/f/control.sock?"]
        #expect(found == (file == nil ? [] : all))
    }

    /// The places of a command; `?` marks one where only a server with the same file is meant.
    private func places(
        file: String?,
        variables: [String: String] = [:],
        isRoot: Bool = false
    ) throws -> [String] {
        let given = input(file: file, environment: variables, arguments: ["stop"])
        guard case .control(_, let settings, let mistakes) = try ConfigurationLoader.load(given)
        else { throw NoCommand() }
        let surroundings = surroundings([:], isRoot: isRoot)
        return ControlPlace.all(settings, hasMistakes: mistakes != nil, surroundings)
            .map { $0.path + ($0.file == nil ? "" : "?") }
    }

    private func surroundings(
        _ variables: [String: String],
        isRoot: Bool = false
    ) -> ControlSurroundings {
        ControlSurroundings(
            environment: variables.mapValues { SystemString($0) },
            programName: "shop",
            isRoot: isRoot
        )
    }

    private struct NoCommand: Error {}

    @Test(
        arguments: [
            ("", [:], nil),
            ("", ["RUNTIME_DIRECTORY": "/run/shop:/run/more"], "/run/shop/control.sock"),
            ("pidfile = \"/run/a.pid\"", [:], "/run/a.control.sock"),
            ("pidfile = \"/run/a\"", ["XDG_RUNTIME_DIR": "/u"], "/run/a.control.sock"),
            ("", ["XDG_RUNTIME_DIR": "/u/"], "/u/shop.control.sock"),
            ("proc_name = \"a b/c\"", ["XDG_RUNTIME_DIR": "/u"], "/u/a-b-c.control.sock"),
            ("", ["XDG_RUNTIME_DIR": "relative"], nil),
            ("control_socket = \"\"", ["XDG_RUNTIME_DIR": "/u"], nil),
            ("control_socket = \"x\"", ["RUNTIME_DIRECTORY": "/r"], "x"),
        ] as [(String, [String: String], String?)]
    )
    func placesTheSocket(file: String, variables: [String: String], path: String?) throws {
        let configuration = try load(input(file: file)).configuration
        #expect(configuration.controlSocketPath(surroundings(variables)) == path)
    }

    /// The directory of a session of root's isn't that of a service that root has started.
    @Test(
        arguments: [
            ("", ["XDG_RUNTIME_DIR": "/u"], "/run/shop.control.sock"),
            ("", ["RUNTIME_DIRECTORY": "/run/a"], "/run/a/control.sock"),
            ("pidfile = \"/p.pid\"", [:], "/p.control.sock"),
            ("proc_name = \"a\"", [:], "/run/a.control.sock"),
            ("control_socket = \"\"", [:], nil),
        ] as [(String, [String: String], String?)]
    )
    func placesTheSocketOfRoot(file: String, variables: [String: String], path: String?) throws {
        let configuration = try load(input(file: file)).configuration
        let found = configuration.controlSocketPath(surroundings(variables, isRoot: true))
        #expect(found == path)
    }
}
