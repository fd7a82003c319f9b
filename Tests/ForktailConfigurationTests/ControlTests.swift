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
        let loaded = try ConfigurationLoader.load(input(file: file, arguments: ["reload"]))
        guard case .control(_, let settings, let mistakes) = loaded else { throw NoCommand() }
        #expect(ControlPlace.all(settings, [:]).map(\.path) == ["/s"])
        #expect(mistakes?.problems.count == 1)
    }

    /// A command for a service that is down reaches no other one.
    @Test(arguments: [
        (nil, ["/run/forktail/control.sock"]), ("", ["/run/f/control.sock"]),
        ("pidfile = \"/p/f.pid\"", ["/p/f.control.sock", "/run/f/control.sock"]),
        ("control_socket = \"\"", []),
    ])
    func looksWhereTheUnitsHaveIt(file: String?, paths: [String]) throws {
        let loaded = try ConfigurationLoader.load(input(file: file, arguments: ["stop"]))
        guard case .control(_, let settings, nil) = loaded else { throw NoCommand() }
        #expect(ControlPlace.all(settings, [:]).map(\.path) == paths)
    }

    private struct NoCommand: Error {}

    @Test(
        arguments: [
            ("", [:], nil),
            ("", ["RUNTIME_DIRECTORY": "/run/shop:/run/more"], "/run/shop/control.sock"),
            ("pidfile = \"/run/a.pid\"", [:], "/run/a.control.sock"),
            ("pidfile = \"/run/a\"", ["XDG_RUNTIME_DIR": "/u"], "/run/a.control.sock"),
            ("", ["XDG_RUNTIME_DIR": "/u/"], "/u/forktail.control.sock"),
            ("proc_name = \"a b/c\"", ["XDG_RUNTIME_DIR": "/u"], "/u/a-b-c.control.sock"),
            ("", ["XDG_RUNTIME_DIR": "relative"], nil),
            ("control_socket = \"\"", ["XDG_RUNTIME_DIR": "/u"], nil),
            ("control_socket = \"x\"", ["RUNTIME_DIRECTORY": "/r"], "x"),
        ] as [(String, [String: String], String?)]
    )
    func placesTheSocket(file: String, variables: [String: String], path: String?) throws {
        let configuration = try load(input(file: file)).configuration
        let environment = variables.mapValues { SystemString($0) }
        #expect(configuration.controlSocketPath(environment: environment) == path)
    }
}
