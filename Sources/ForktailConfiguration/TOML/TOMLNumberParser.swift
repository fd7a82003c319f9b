/// Reads an integer, a float or a boolean from the characters of one token.
struct TOMLNumberParser {
    let token: [UInt8]
    let position: TOMLPosition

    func parse() throws(TOMLError) -> TOMLValue.Kind {
        switch text {
        case "true": .boolean(true)
        case "false": .boolean(false)
        case "inf", "+inf": .float(.infinity)
        case "-inf": .float(-.infinity)
        case "nan", "+nan", "-nan": .float(.nan)
        default: try parseNumber()
        }
    }

    private var text: String { String(decoding: token, as: UTF8.self) }

    private func parseNumber() throws(TOMLError) -> TOMLValue.Kind {
        guard let first = unsigned.first, first.isDigit else {
            throw fault("is no value; a string stands in quotes")
        }
        if let radix = prefixedRadix {
            return .integer(try parseInteger(token.dropFirst(2), radix: radix))
        }
        if unsigned.contains(where: { $0.isFloatMark }) {
            return .float(try parseFloat())
        }
        try requireNoLeadingZero(unsigned)
        return .integer(try parseInteger(unsigned, radix: 10))
    }

    private var isSigned: Bool { token.first == ascii("+") || token.first == ascii("-") }

    private var unsigned: ArraySlice<UInt8> { isSigned ? token.dropFirst() : token[...] }

    private var sign: String { token.first == ascii("-") ? "-" : "" }

    /// The radix that `0x`, `0o` or `0b` announces; no sign may stand before them.
    private var prefixedRadix: Int? {
        guard token.count > 1, token[0] == ascii("0") else { return nil }
        return switch token[1] {
        case ascii("x"): 16
        case ascii("o"): 8
        case ascii("b"): 2
        default: nil
        }
    }

    private func parseInteger(
        _ digits: ArraySlice<UInt8>,
        radix: Int
    ) throws(TOMLError) -> Int64 {
        let plain = sign + (try plainDigits(digits, radix: radix))
        guard let value = Int64(plain, radix: radix) else {
            throw fault("is beyond the range of a 64-bit integer")
        }
        return value
    }

    private func parseFloat() throws(TOMLError) -> Double {
        let isExponentMark = { (byte: UInt8) in byte | 0x20 == ascii("e") }
        let mantissa = unsigned.prefix { !isExponentMark($0) }
        let whole = mantissa.prefix { $0 != ascii(".") }
        try requireNoLeadingZero(whole)
        var plain = sign + (try plainDigits(whole, radix: 10))
        if whole.count < mantissa.count {
            plain += "." + (try plainDigits(mantissa[(whole.endIndex + 1)...], radix: 10))
        }
        if mantissa.count < unsigned.count {
            plain += "e" + (try plainExponent(unsigned[(mantissa.endIndex + 1)...]))
        }
        guard let value = Double(plain) else { throw fault("is no valid number") }
        return value
    }

    private func plainExponent(_ exponent: ArraySlice<UInt8>) throws(TOMLError) -> String {
        switch exponent.first {
        case ascii("-"): "-" + (try plainDigits(exponent.dropFirst(), radix: 10))
        case ascii("+"): try plainDigits(exponent.dropFirst(), radix: 10)
        default: try plainDigits(exponent, radix: 10)
        }
    }

    private func requireNoLeadingZero(_ digits: ArraySlice<UInt8>) throws(TOMLError) {
        guard digits.count == 1 || digits.first != ascii("0") else {
            throw fault("has a leading zero")
        }
    }

    /// Returns digits without the underscores between them.
    private func plainDigits(
        _ digits: ArraySlice<UInt8>,
        radix: Int
    ) throws(TOMLError) -> String {
        var plain: [UInt8] = []
        var mayPause = false
        for byte in digits {
            if byte == ascii("_"), mayPause {
                mayPause = false
            } else if let digit = byte.hexadecimalValue, digit < radix {
                plain.append(byte)
                mayPause = true
            } else {
                throw digitFault(byte)
            }
        }
        guard mayPause else { throw digitFault(digits.last ?? 0) }
        return String(decoding: plain, as: UTF8.self)
    }

    private func digitFault(_ byte: UInt8) -> TOMLError {
        byte == ascii("_")
            ? fault("has an underscore that does not stand between digits")
            : fault("is no valid number")
    }

    private func fault(_ reason: String) -> TOMLError {
        TOMLError(position: position, reason: "\(quoted(text)) \(reason)")
    }
}

extension UInt8 {
    /// Whether the byte makes a decimal number a float.
    fileprivate var isFloatMark: Bool {
        self == ascii(".") || self | 0x20 == ascii("e")
    }
}
