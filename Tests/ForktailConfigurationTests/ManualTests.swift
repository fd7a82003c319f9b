import ForktailTestSupport
import ForktailValues
import Foundation
import Testing

@testable import ForktailConfiguration

/// The files that are made from the declarations of the settings say what those say.
///
/// `make manual` sets `FORKTAIL_WRITE_MANUAL=1`, which writes the files before they are tested.
@Suite struct ManualTests {
    private static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What each file of `config` is made of.
    private static let sources: [(name: String, text: String)] = [
        ("forktail.toml", Manual(applications: applications).text),
        ("forktail.8", ManPage(applications: applications).text),
        ("completion/forktail.bash", Completion(applications: applications).bash),
        ("completion/forktail.zsh", Completion(applications: applications).zsh),
        ("completion/forktail.fish", Completion(applications: applications).fish),
    ]

    private let catalogue = SettingCatalogue(applications: applications)
    private let text: String

    init() throws {
        if ProcessEnvironment.value(of: "FORKTAIL_WRITE_MANUAL") == "1" {
            for (name, text) in Self.sources {
                let file = Self.repository.appending(path: "config/\(name)")
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
        }
        text = try Self.text(of: "config/forktail.toml")
    }

    private static func text(of path: String) throws -> String {
        try String(contentsOf: repository.appending(path: path), encoding: .utf8)
    }

    @Test(arguments: sources)
    func equalsTheDeclarations(name: String, text: String) throws {
        try #expect(Self.text(of: "config/\(name)") == text, "run `make manual`")
    }

    /// The version stands in one place; what can't take it from there is compared with it.
    @Test func namesTheVersion() throws {
        let changes = try Self.text(of: "Sources/Forktail/Forktail.docc/Changes.md")
        let newest = changes.split(separator: "\n").first { $0.hasPrefix("### ") }
        #expect(newest == "### \(Version.number) (\(Version.day))")
        for (path, text) in [
            ("README.md", "from: \"\(Version.number)\""),
            ("README.md", "(forktail \(Version.number))"),
            ("Sources/ForktailWorker/ServerProgram.swift", "(forktail \(Version.number))"),
            ("config/kubernetes.yaml", "image: forktail:\(Version.number)\n"),
        ] {
            try #expect(Self.text(of: path).contains(text), "\(path): \(text)")
        }
    }

    @Test func servesTheDefaultsAsItStands() throws {
        let loaded = try load(input(file: text))
        #expect(loaded.configuration == Configuration())
        let set = catalogue.settings.map(\.name).filter { loaded.origin(of: $0) != .default }
        #expect(set == [])
    }

    @Test func givesTheDefaultsWithEveryLineUncommented() throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? $0.dropFirst() : $0 }
        let loaded = try load(input(file: lines.joined(separator: "\n")))
        #expect(loaded.configuration == Configuration())
        for setting in catalogue.settings {
            #expect(loaded.origin(of: setting.name) != .default, "\(setting.name)")
        }
    }

    @Test func explainsEverySetting() {
        let prose = text.split(separator: "\n").filter { $0.hasPrefix("# ") }
            .map { $0.dropFirst(2) }.joined(separator: " ")
        for setting in catalogue.settings {
            #expect(prose.contains("\(setting.name): \(setting.summary)."), "\(setting.name)")
            #expect(prose.contains(setting.details), "\(setting.name)")
            #expect(prose.contains("Allowed: \(setting.allowed)."), "\(setting.name)")
            #expect(setting.details.hasSuffix("."), "\(setting.name)")
        }
    }

    @Test func keepsItsLinesShort() {
        let long = text.split(separator: "\n").filter { $0.count > 100 }
        #expect(long.isEmpty)
    }
}
