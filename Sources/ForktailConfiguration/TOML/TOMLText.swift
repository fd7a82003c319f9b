/// Writes values in the notation of TOML 1.0.
enum TOMLText {
    /// Returns a string that stands on one line: literal where that spares escapes, else basic.
    static func string(_ text: String) -> String {
        let needsEscapes = text.unicodeScalars.contains { $0 == "\"" || $0 == "\\" }
        return needsEscapes && canBeLiteral(text) ? "'\(text)'" : basicString(text)
    }

    private static func canBeLiteral(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != ascii("'") }
    }

    private static func basicString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            result += escaped(scalar)
        }
        return result + "\""
    }

    /// Returns a key, in quotes where it needs them.
    static func key(_ text: String) -> String {
        text.isEmpty || !text.utf8.allSatisfy(\.isBareKeyByte) ? string(text) : text
    }

    /// Returns a comment that stands on one line.
    static func comment(_ text: String) -> String {
        var result = "# "
        for scalar in text.unicodeScalars {
            let isPlain = scalar.value != 0x7F && scalar.value >= 0x20
            result.unicodeScalars.append(isPlain ? scalar : "?")
        }
        return result
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": #"\""#
        case "\\": #"\\"#
        case "\n": #"\n"#
        case "\r": #"\r"#
        case "\t": #"\t"#
        default: scalar.value < 0x20 || scalar.value == 0x7F ? code(scalar) : String(scalar)
        }
    }

    private static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
