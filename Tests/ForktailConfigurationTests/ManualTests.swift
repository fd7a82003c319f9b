import ForktailTestSupport
import Foundation
import Testing

@testable import ForktailConfiguration

/// `config/forktail.toml` is what the declarations say.
///
/// `FORKTAIL_WRITE_MANUAL=1` writes the file anew before it is tested.
@Suite struct ManualTests {
    private static let path = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "config/forktail.toml")

    private let catalogue = SettingCatalogue(applications: applications)
    private let text: String

    init() throws {
        if ProcessEnvironment.value(of: "FORKTAIL_WRITE_MANUAL") == "1" {
            let manual = Manual(applications: applications).text
            try manual.write(to: Self.path, atomically: true, encoding: .utf8)
        }
        text = try String(contentsOf: Self.path, encoding: .utf8)
    }

    @Test func equalsTheDeclarations() {
        #expect(
            text == Manual(applications: applications).text,
            "run FORKTAIL_WRITE_MANUAL=1 swift test --disable-xctest --filter ManualTests"
        )
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
