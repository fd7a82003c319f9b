import ForktailTestSupport
import Testing

@testable import ForktailConfiguration

/// Whatever the sources say, loading ends with settings that hold to their ranges and can be
/// printed and read again, or with mistakes that fill one line each.
///
/// `FORKTAIL_SEED` runs one seed only.
@Suite struct LoadingMutationTests {
    private static let catalogue = SettingCatalogue(applications: applications)
    private static let values =
        SettingValueTests.accepted.map { $0.line.drop { $0 != "=" }.dropFirst(2) }
        + SettingValueTests.refused.map { $0.0.drop { $0 != "=" }.dropFirst(2) }

    @Test(.timeLimit(.minutes(2))) func survivesMutations() throws {
        var loadings = 0
        for seed in Seed.counted(6_000) {
            var generator = SeededGenerator(seed: seed)
            let input = randomInput(&generator)
            do throws(ConfigurationFailure) {
                guard case .serve(let loaded) = try ConfigurationLoader.load(input) else {
                    continue
                }
                try checkRoundTrip(loaded, seed: seed)
                loadings += 1
            } catch {
                check(error, seed: seed)
            }
        }
        // One seed alone may be a mistake.
        #expect(loadings > 0 || Seed.given != nil)
    }

    private func checkRoundTrip(
        _ loaded: LoadedConfiguration,
        seed: UInt64
    ) throws(ConfigurationFailure) {
        let configuration = loaded.configuration
        #expect(!configuration.bind.isEmpty, "FORKTAIL_SEED=\(seed)")
        #expect((1...65_535).contains(configuration.backlog), "FORKTAIL_SEED=\(seed)")
        #expect(configuration.workers.resolved(processors: 1) >= 1, "FORKTAIL_SEED=\(seed)")
        #expect(configuration.headerTimeout > .zero, "FORKTAIL_SEED=\(seed)")
        let printed = SettingsWriter(Self.catalogue).text(loaded)
        guard case .serve(let again) = try ConfigurationLoader.load(input(file: printed)) else {
            Issue.record("FORKTAIL_SEED=\(seed)")
            return
        }
        #expect(again.configuration == configuration, "FORKTAIL_SEED=\(seed)")
    }

    private func check(_ failure: ConfigurationFailure, seed: UInt64) {
        #expect(!failure.problems.isEmpty, "FORKTAIL_SEED=\(seed)")
        #expect([.usage, .configuration].contains(failure.exitCode), "FORKTAIL_SEED=\(seed)")
        for problem in failure.problems {
            let isOneLine = problem.description.unicodeScalars.allSatisfy { $0.value >= 0x20 }
            #expect(isOneLine, "FORKTAIL_SEED=\(seed) \(problem)")
        }
    }

    private func randomInput(_ generator: inout SeededGenerator) -> ConfigurationInput {
        var lines: [String] = []
        var environment: [String: String] = [:]
        var arguments: [String] = []
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard let setting = Self.catalogue.settings.randomElement(using: &generator) else {
                break
            }
            let value = randomValue(&generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: lines.append("\(setting.name) = \(value)")
            case 1: environment[setting.variable] = unquoted(value)
            case 2: arguments += [setting.flag, unquoted(value)]
            default: arguments.append("\(setting.flag)=\(unquoted(value))")
            }
        }
        return input(
            file: lines.joined(separator: "\n"),
            environment: environment,
            arguments: arguments
        )
    }

    private func randomValue(_ generator: inout SeededGenerator) -> String {
        var characters = Array(Self.values.randomElement(using: &generator) ?? "")
        guard Int.random(in: 0..<3, using: &generator) == 0 else { return String(characters) }
        let index = Int.random(in: 0...characters.count, using: &generator)
        let telling = Array("-+0123456789.eE%(){}[]\"'=,:*sm\\ Kki\u{7F}é")
        characters.insert(telling.randomElement(using: &generator) ?? "0", at: index)
        return String(characters)
    }

    private func unquoted(_ value: String) -> String {
        value.hasPrefix("\"") ? String(value.dropFirst().prefix { $0 != "\"" }) : value
    }
}
