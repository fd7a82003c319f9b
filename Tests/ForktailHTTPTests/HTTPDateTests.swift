import ForktailTestSupport
import Testing

@testable import ForktailHTTP

/// RFC 9110 section 5.6.7: dates.
struct HTTPDateTests {
    @Test(arguments: [
        (Int64(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (2_147_483_647, "Tue, 19 Jan 2038 03:14:07 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
        (.min, "Sat, 01 Jan 0000 00:00:00 GMT"),
    ])
    func formats(_ seconds: Int64, text: String) {
        let bytes = HTTPDate.format(secondsSince1970: seconds)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(bytes.count == 29)
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", Int64(784_111_777)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777),
        ("Wed Nov 16 08:49:37 1994", 784_975_777),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
        ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
        ("Monday, 01-Jan-70 00:00:00 GMT", 0),
        ("Tuesday, 01-Jan-69 00:00:00 GMT", 3_124_224_000),
    ])
    func parses(_ text: String, seconds: Int64) {
        #expect(HTTPDate(text)?.secondsSince1970 == seconds)
    }

    @Test(arguments: [
        ("Monday, 01-Jan-69 00:00:00 GMT", Int64(3_124_224_000)),
        ("Monday, 01-Jan-70 00:00:00 GMT", 0),
        ("Monday, 01-Jan-77 00:00:00 GMT", 220_924_800),
        ("Monday, 01-Jan-00 00:00:00 GMT", 946_684_800),
        ("Monday, 01-Jan-99 00:00:00 GMT", 915_148_800),
    ])
    func findsCentury(_ text: String, seconds: Int64) {
        #expect(HTTPDate(text)?.secondsSince1970 == seconds)
    }

    @Test(arguments: [
        "", "Sun", "0", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000", "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun,06 Nov 1994 08:49:37 GMT",
        "Sun, 06  Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 2023 00:00:00 GMT",
        "Mon, 29 Feb 2100 00:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
        " Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMTx", "Sunday, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun Nov 06 08:49:37 94",
        "Sun Nov  6 08:49:37 1994 GMT", "Xyz, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Xyz 1994 08:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov +994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 \u{e9}",
    ])
    func refuses(_ text: String) {
        #expect(HTTPDate(text) == nil)
    }

    @Test func parsesWhatItFormatted() {
        var generator = SeededGenerator()
        var last = -1
        for _ in 0..<5000 {
            let seconds = Int64.random(in: -62_167_219_200...253_402_300_799, using: &generator)
            let text = String(decoding: HTTPDate.format(secondsSince1970: seconds), as: UTF8.self)
            #expect(HTTPDate(text)?.secondsSince1970 == seconds, "\(text), \(Seed.note)")
        }
        for day in 0..<2000 {
            let weekday = CivilTime(secondsSince1970: Int64(day) * 86_400).weekday
            #expect(last < 0 || weekday == (last + 1) % 7)
            last = weekday
        }
    }
}

/// Dates as values.
extension HTTPDateTests {
    @Test func isAValue() throws {
        let date = try #require(HTTPDate("Sunday, 06-Nov-94 08:49:37 GMT"))
        #expect(date.secondsSince1970 == 784_111_777)
        #expect(date.description == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(date < HTTPDate(secondsSince1970: 784_111_778))
        #expect(HTTPDate("yesterday") == nil)
    }
}
