import ForktailSystem

/// Text that cannot be mistaken for something else where it stands.
package enum LogText {
    /// Appends a text with control characters, quotes and backslashes escaped as in C.
    ///
    /// What a client sent can thus neither begin a new line nor drive the reader's terminal. The
    /// control characters are those of C0 and C1, and what Unicode has as line separators.
    package static func appendEscaped(
        _ text: String,
        quotes: Bool = true,
        to line: inout [UInt8]
    ) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += "\\n".utf8
            case "\r": line += "\\r".utf8
            case "\t": line += "\\t".utf8
            case "\"", "\\":
                if quotes { line.append(UInt8(ascii: "\\")) }
                line.append(UInt8(ascii: scalar))
            case _ where isControl(scalar):
                for byte in scalar.utf8 { line += "\\x".utf8 + hexadecimal(byte) }
            case _: append(scalar, to: &line)
            }
        }
    }

    /// A control character of C0 or C1, or a line or paragraph separator.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        case _: false
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to line: inout [UInt8]) {
        if scalar.isASCII {
            line.append(UInt8(ascii: scalar))
        } else {
            line += scalar.utf8
        }
    }

    /// Whether bytes are ASCII of which nothing would be escaped.
    package static func isPlain(_ text: Span<UInt8>) -> Bool {
        guard text.count >= 8 else {
            var word: UInt64 = 0x2020_2020_2020_2020
            for index in text.indices { word = word &<< 8 | UInt64(text[index]) }
            return escapeMarks(of: word) == 0
        }
        // The last eight bytes, some of which the loop sees once more.
        let last = text.count &- 8
        var marks = escapeMarks(of: word(at: last, of: text))
        var index = 0
        while index < last {
            marks |= escapeMarks(of: word(at: index, of: text))
            index &+= 8
        }
        return marks == 0
    }

    @inline(__always)
    private static func word(at index: Int, of text: Span<UInt8>) -> UInt64 {
        text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
    }

    /// Zero where none of the eight bytes is a control byte, a quotation mark, a backslash or above
    /// 0x7E.
    ///
    /// Subtracting n from each byte sets the top bit of those below n; XOR makes a wanted byte zero.
    @inline(__always)
    private static func escapeMarks(of word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let deletes = word ^ (ones &* 0x7F)
        let found = (word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)
        return (found | (deletes &- ones) | word) & (ones &* 0x80)
    }

    /// The first place from `start` on of a byte that is not ASCII; the length where there is none.
    package static func firstHighByte(of text: Span<UInt8>, from start: Int) -> Int {
        precondition(start >= 0)
        var index = start
        while index &+ 8 <= text.count {
            let marks = UInt64(littleEndian: word(at: index, of: text)) & 0x8080_8080_8080_8080
            guard marks == 0 else { return index &+ marks.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < text.count, text[index] < 0x80 { index &+= 1 }
        return index
    }

    /// Appends a text as a JSON string with its quotes: RFC 8259 section 7.
    package static func appendJSON(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        appendJSONContent(text, to: &line)
        line.append(UInt8(ascii: "\""))
    }

    /// The same without the quotes.
    package static func appendJSONContent(_ text: String, to line: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": line += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
            case "\n": line += "\\n".utf8
            case "\r": line += "\\r".utf8
            case "\t": line += "\\t".utf8
            case _ where isControl(scalar):
                let unit = UInt16(scalar.value)
                line += "\\u".utf8 + hexadecimal(UInt8(unit >> 8))
                line += hexadecimal(UInt8(unit & 0xFF))
            case _: append(scalar, to: &line)
            }
        }
    }

    /// A length of time in seconds with three decimals: `0.035`.
    package static func seconds(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.nanoseconds / 1_000_000)
        return "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())"
    }

    /// A length of time in seconds with six decimals: `0.035412`.
    package static func decimalSeconds(_ duration: Duration) -> String {
        let microseconds = max(0, duration.nanoseconds / 1000)
        return "\(microseconds / 1_000_000)."
            + String(1_000_000 + microseconds % 1_000_000).dropFirst()
    }

    /// A length of time as a person would say it: `35 ms`, `4.2 s`, `2 m 10 s`, `3 h 5 m`.
    package static func spoken(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.nanoseconds / 1_000_000)
        let seconds = milliseconds / 1000
        switch seconds {
        case 0 where milliseconds == 0: return "less than 1 ms"
        case 0: return "\(milliseconds) ms"
        case ..<60:
            let tenths = milliseconds % 1000 / 100
            return tenths == 0 ? "\(seconds) s" : "\(seconds).\(tenths) s"
        case ..<3600: return "\(seconds / 60) m \(seconds % 60) s"
        default: return "\(seconds / 3600) h \(seconds % 3600 / 60) m"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
