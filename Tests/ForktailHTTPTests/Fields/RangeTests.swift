import Testing

@testable import ForktailHTTP

/// RFC 9110 section 14: ranges of bytes.
struct RangeTests {
    static func ranges(_ text: String, of length: UInt64 = 10_000) throws -> RequestedRanges {
        try Request(fields: [.range: text]).ranges(ofLength: length)
    }

    @Test(
        arguments: [
            // section 14.1.2
            ("bytes=0-499", [0..<500]),
            ("bytes=500-999", [500..<1000]),
            ("bytes=-500", [9500..<10_000]),
            ("bytes=9500-", [9500..<10_000]),
            ("bytes=0-0,-1", [0..<1, 9999..<10_000]),
            ("bytes= 0-0, 4500-5499, -1000", [0..<1, 4500..<5500, 9000..<10_000]),
            ("bytes=500-600,601-999", [500..<601, 601..<1000]),
            ("bytes=500-700,601-999", [500..<701, 601..<1000]),
            ("bytes=0-", [0..<10_000]),
            ("bytes=0-10000", [0..<10_000]),
            ("bytes=9999-99999999999999999999999", [9999..<10_000]),
            ("bytes=-99999", [0..<10_000]),
            ("bytes=-99999999999999999999999", [0..<10_000]),
            ("Bytes=0-1", [0..<2]), ("BYTES=00-01", [0..<2]),
            ("bytes=0-1,20000-,2-3", [0..<2, 2..<4]),
            ("bytes=, 0-1 ,,", [0..<2]),
            ("bytes=5-5,1-1", [5..<6, 1..<2]),
            ("bytes=0-9,0-9,0-9", [0..<10, 0..<10, 0..<10]),
            ("bytes=5000-,0-4999", [5000..<10_000, 0..<5000]),
        ] as [(String, [Range<UInt64>])]
    )
    func reads(_ text: String, parts: [Range<UInt64>]) throws {
        #expect(try Self.ranges(text) == .parts(parts))
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=1", "bytes=a-b", "bytes=1-a",
        "bytes=2-1", "bytes=0-1,2-1", "bytes=0-1,x", "bytes=1-2-3", "bytes=--1", "bytes=+1-2",
        "bytes=1 -2", "bytes=1- 2", "bytes =0-1", "bytes:0-1", "seconds=1-2", "=0-1",
        "bytes=0-1;2-3", "bytes=\u{663}-\u{664}", "bytes=0x1-2",
    ])
    func ignores(_ text: String) throws {
        #expect(try Self.ranges(text) == .whole)
    }

    @Test(
        arguments: [
            ("bytes=10000-", 10_000), ("bytes=10000-10001", 10_000), ("bytes=-0", 10_000),
            ("bytes=99999999999999999999999-", 10_000),
            ("bytes=20000-,30000-40000,-0", 10_000),
        ] as [(String, UInt64)]
    )
    func cannotSatisfy(_ text: String, length: UInt64) throws {
        #expect(try Self.ranges(text, of: length) == .unsatisfiable)
    }

    @Test(arguments: ["bytes=-5", "bytes=-5,0-", "bytes=0-", "bytes=0-0", "bytes=-0", "bytes=7-"])
    func takesNoPartOfNothing(_ text: String) throws {
        #expect(try Self.ranges(text, of: 0) == .whole)
    }

    @Test func reachesTheLargestLength() throws {
        let last = UInt64.max - 1
        #expect(try Self.ranges("bytes=-1", of: .max) == .parts([last..<UInt64.max]))
        let text = "bytes=\(last)-\(UInt64.max)"
        #expect(try Self.ranges(text, of: .max) == .parts([last..<UInt64.max]))
    }

    /// Sections 14.2 and 17.15.
    @Test(arguments: [(3, false), (4, true), (64, true), (65, true)])
    func ignoresOverlaps(_ count: Int, isIgnored: Bool) throws {
        let text = "bytes=" + Array(repeating: "0-9", count: count).joined(separator: ",")
        #expect((try Self.ranges(text) == .whole) == isIgnored)
    }

    /// Sending them would be more work than sending the whole.
    @Test(arguments: [
        "bytes=0-,0-", "bytes=0-,-1", "bytes=0-5000,5000-9999", "bytes=-10000,0-0",
    ])
    func ignoresMoreThanTheWhole(_ text: String) throws {
        #expect(try Self.ranges(text) == .whole)
    }

    @Test(arguments: [(64, false), (65, true), (500, true)])
    func ignoresManyRanges(_ count: Int, isIgnored: Bool) throws {
        let text = "bytes=" + (0..<count).map { "\($0 * 2)-\($0 * 2)" }.joined(separator: ",")
        #expect((try Self.ranges(text) == .whole) == isIgnored)
    }

    @Test func looksAtGetAlone() throws {
        for method in [Request.Method.head, .post, .put] {
            let request = try Request(method, fields: [.range: "bytes=0-1"])
            #expect(request.ranges(ofLength: 10) == .whole)
        }
        #expect(try Request().ranges(ofLength: 10) == .whole)
        let twice = try Request(fields: [.range: "bytes=0-1", .range: "bytes=2-3"])
        #expect(twice.ranges(ofLength: 10) == .whole)
    }
}
