extension [UInt8] {
    /// Appends the bytes of `text`.
    mutating func append(_ text: String) {
        append(text.utf8.span)
    }

    /// Appends the bytes of a literal.
    mutating func append(literal: ASCIILiteral) {
        literal.withBytes { append($0) }
    }

    /// Appends the digits of `number`.
    mutating func append(decimal number: UInt64) {
        append(digitsOf: number, radix: 10)
    }

    /// Appends the digits of `number`, hexadecimal ones in lower case.
    mutating func append(hexadecimal number: UInt64) {
        append(digitsOf: number, radix: 16)
    }

    @inline(__always)
    private mutating func append(digitsOf number: UInt64, radix: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = digits.count
        var rest = number
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % radix)
            first -= 1
            digits[first] = digit &+ (digit < 10 ? 0x30 : 0x57)
            rest /= radix
        } while rest > 0
        for place in first..<digits.count { append(digits[place]) }
    }

    /// Appends one field line.
    mutating func append(_ field: HTTPField) {
        append(field.name.rawName)
        append(literal: ": ")
        append(field.value)
        append(literal: "\r\n")
    }
}
