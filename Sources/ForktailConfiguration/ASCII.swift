/// Returns the byte of an ASCII character.
func ascii(_ scalar: Unicode.Scalar) -> UInt8 {
    UInt8(ascii: scalar)
}

extension UInt8 {
    /// Whether the byte is one of `0` to `9`.
    var isDigit: Bool { (ascii("0")...ascii("9")).contains(self) }

    /// Whether the byte is an ASCII letter.
    var isLetter: Bool {
        (ascii("a")...ascii("z")).contains(self) || (ascii("A")...ascii("Z")).contains(self)
    }

    /// The value of the byte as a digit of a radix up to 16, or `nil` where it is none.
    func digit(radix: Int) -> Int? {
        let value: Int
        switch self {
        case ascii("0")...ascii("9"): value = Int(self - ascii("0"))
        case ascii("a")...ascii("f"): value = Int(self - ascii("a")) + 10
        case ascii("A")...ascii("F"): value = Int(self - ascii("A")) + 10
        default: return nil
        }
        return value < radix ? value : nil
    }
}
