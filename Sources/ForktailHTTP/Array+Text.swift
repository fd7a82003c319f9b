extension [UInt8] {
    /// Appends the bytes of `text`.
    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
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
        var width = 1
        var rest = number / radix
        while rest > 0 {
            width += 1
            rest /= radix
        }
        append(contentsOf: repeatElement(0, count: width))
        rest = number
        for place in (count - width..<count).reversed() {
            let digit = UInt8(truncatingIfNeeded: rest % radix)
            self[place] = digit &+ (digit < 10 ? 0x30 : 0x57)
            rest /= radix
        }
    }

    /// Appends one field line.
    mutating func append(_ field: HTTPField) {
        append(field.name.rawName)
        append(literal: ": ")
        append(field.value)
        append(literal: "\r\n")
    }
}
