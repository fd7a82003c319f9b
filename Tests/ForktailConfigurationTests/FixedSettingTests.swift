import Testing

@testable import ForktailConfiguration

/// The settings that a reload does not put in force.
@Suite struct FixedSettingTests {
    @Test(arguments: [
        ("pidfile = \"a\"", "pidfile = \"b\"", ["pidfile"]),
        ("", "preload_app = true\napp = \"files\"", ["preload_app"]),
        ("app = \"files\"", "app = \"echo\"\nenv = { A = \"1\" }", []),
        ("preload_app = true", "preload_app = true\nfiles.root = \"x\"", []),
        ("preload_app = true", "app = \"files\"", ["preload_app", "app"]),
        (
            "preload_app = true\napp = \"files\"",
            "preload_app = true\napp = \"files\"\nfiles.root = \"x\"\nfiles.charset = \"\"",
            ["files.root", "files.charset"]
        ),
        (
            "preload_app = true\napp = \"echo\"",
            "preload_app = true\napp = \"echo\"\nlimit_request_body = 1\nbacklog = 7",
            ["limit_request_body"]
        ),
        ("preload_app = true", "preload_app = true\nworkers = 3\ntimeout = 9", []),
    ])
    func isNamed(old: String, new: String, names: [String]) throws {
        let (old, new) = try (
            load(input(file: old)).configuration, load(input(file: new)).configuration
        )
        let fixed = old.fixedSettings(against: new)
        #expect(fixed.map(\.name) == names)
        #expect(fixed.allSatisfy { $0.effect == .isKept })
    }

    /// An application that is made once may read them at any time.
    @Test func holdsForWhatTheApplicationReadsLater() throws {
        let old = try load(input(file: "preload_app = true")).configuration
        let new = try load(
            input(file: "preload_app = true\nchdir = \"/\"\nenv = { A = \"1\" }")
        ).configuration
        #expect(
            old.fixedSettings(against: new) == [
                FixedSetting(name: "chdir", effect: .isKeptByApplication),
                FixedSetting(name: "env", effect: .isKeptByApplication),
            ]
        )
    }
}
