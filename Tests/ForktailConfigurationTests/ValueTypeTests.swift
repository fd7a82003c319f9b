import Testing

@testable import ForktailConfiguration

@Suite struct ValueTypeTests {
    @Test(arguments: [(1, 2), (2, 2), (3, 3), (64, 64)])
    func resolvesAutoFromProcessors(_ processors: Int, _ workers: Int) {
        #expect(WorkerCount.auto.resolved(processors: processors) == workers)
        #expect(WorkerCount.fixed(1).resolved(processors: processors) == 1)
    }

    @Test func ordersLogLevels() {
        #expect(
            LogLevel.allCases.map(\.rawValue) == ["debug", "info", "warning", "error", "critical"]
        )
        #expect(LogLevel.allCases.shuffled().sorted() == LogLevel.allCases)
        #expect(!(LogLevel.error < .error))
    }

    @Test(
        arguments: [
            (.milliseconds(0), "0"), (.milliseconds(1), "1ms"), (.milliseconds(1500), "1500ms"),
            (.seconds(30), "30s"), (.seconds(60), "1m"), (.seconds(90), "90s"),
            (.seconds(7200), "2h"),
        ] as [(Duration, String)]
    )
    func writesDurations(_ duration: Duration, _ text: String) throws {
        #expect(DurationNotation.text(duration) == text)
        #expect(try DurationNotation.parse(text) == duration)
    }

    @Test(arguments: [
        (0, "0"), (1, "1"), (1000, "1000"), (1024, "1KiB"), (8190, "8190"), (1536, "1536"),
        (1 << 20, "1MiB"), (3 << 30, "3GiB"), (5 << 40, "5TiB"), (1025 << 10, "1025KiB"),
    ])
    func writesSizes(_ bytes: Int, _ text: String) throws {
        #expect(ByteSize.text(bytes) == text)
        #expect(try ByteSize.parse(text) == bytes)
    }

    @Test(arguments: [
        ("worker", "workers"), ("wrokers", "workers"), ("Workers", "workers"),
        ("worker-class", "worker_class"), ("time_out", "timeout"),
        ("gracefultimeout", "graceful_timeout"),
        ("bnd", "bind"), ("acess_log_fromat", "access_log_format"), ("root", nil), ("x", nil),
        ("", nil), ("completely_different", nil), ("fibres", nil),
    ])
    func suggestsTheNearestName(_ typed: String, _ meant: String?) {
        let names = SettingCatalogue(applications: applications).settings.map(\.name)
        #expect(Suggestion.nearest(to: typed, in: names) == meant)
    }

    @Test func quotesWithinOneLine() {
        #expect(quoted("a\n\u{1B}[0m\u{7F}") == "`a\\u{a}\\u{1b}[0m\\u{7f}`")
        #expect(quoted("é\u{202E}x\u{2028}") == "`é\\u{202e}x\\u{2028}`")
        #expect(quoted(String(repeating: "x", count: 61)).hasSuffix("x…`"))
        #expect(quoted(String(repeating: "x", count: 60)).hasSuffix("x`"))
    }
}
