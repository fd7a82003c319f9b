import Testing

@testable import ForktailConfiguration

@Suite struct AccessLogFormatTests {
    @Test func compilesTheCombinedFormat() throws {
        let parts = try AccessLogFormat(AccessLogFormat.combined).parts
        #expect(
            parts == [
                .atom(.remoteAddress), .literal(" "), .atom(.remoteIdentity), .literal(" "),
                .atom(.userName), .literal(" "), .atom(.time), .literal(" \""),
                .atom(.requestLine), .literal("\" "), .atom(.status), .literal(" "),
                .atom(.bodyLengthOrDash), .literal(" \""), .atom(.referer), .literal("\" \""),
                .atom(.userAgent), .literal("\""),
            ]
        )
    }

    @Test(
        arguments: [
            ("h", .remoteAddress), ("l", .remoteIdentity), ("u", .userName), ("t", .time),
            ("r", .requestLine), ("m", .method), ("U", .path), ("q", .query),
            ("H", .protocolVersion),
            ("s", .status), ("B", .bodyLength), ("b", .bodyLengthOrDash), ("f", .referer),
            ("a", .userAgent), ("T", .seconds), ("M", .milliseconds), ("D", .microseconds),
            ("L", .decimalSeconds), ("p", .processID), ("{X-Id}i", .requestField("X-Id")),
            ("{server}o", .responseField("server")), ("{HOME}e", .environmentVariable("HOME")),
            ("{server_name}x", .secure(.serverName)),
        ] as [(String, AccessLogAtom)]
    )
    func knowsEachAtom(_ name: String, _ atom: AccessLogAtom) throws {
        #expect(try AccessLogFormat("%(\(name))s").parts == [.atom(atom)])
    }

    @Test(
        arguments: [
            ("", []),
            ("plain é", [.literal("plain é")]),
            ("100%%", [.literal("100%")]),
            ("%%(h)s", [.literal("%(h)s")]),
            ("%(h)s%(h)s", [.atom(.remoteAddress), .atom(.remoteAddress)]),
            ("a%(h)sb", [.literal("a"), .atom(.remoteAddress), .literal("b")]),
        ] as [(String, [AccessLogFormat.Part])]
    )
    func compiles(_ format: String, _ parts: [AccessLogFormat.Part]) throws {
        #expect(try AccessLogFormat(format).parts == parts)
    }

    @Test(arguments: [
        ("%", "`%` begins neither", 1), ("a %h", "`%` begins neither", 3),
        ("%(h)", "not followed by `s`", 1), ("%(h)d", "not followed by `s`", 1),
        ("%(h", "not closed", 1), ("x%(", "not closed", 2), ("%(z)s", "unknown atom `%(z)s`", 1),
        ("%()s", "unknown atom", 1), ("%(hh)s", "unknown atom", 1), ("%({}i)s", "unknown atom", 1),
        ("%({a}x)s", "unknown atom", 1), ("%({ai)s", "unknown atom", 1),
        ("%(h)s %(é)s", "unknown atom", 7), ("%({a}}i)s", "unknown atom", 1),
    ])
    func refuses(_ format: String, _ reason: String, _ character: Int) {
        let refusal = #expect(throws: SettingRefusal.self) { try AccessLogFormat(format) }
        let text = refusal?.reasons.first?.text ?? ""
        #expect(text.contains(reason), "\(text)")
        #expect(text.hasSuffix("at character \(character)"), "\(text)")
    }
}
