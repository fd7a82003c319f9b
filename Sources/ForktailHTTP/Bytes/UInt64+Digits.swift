extension UInt64 {
    /// Appends a digit to the number and says whether it still fits.
    mutating func appendDigit(_ digit: UInt8, radix: UInt64) -> Bool {
        let (product, tooLarge) = multipliedReportingOverflow(by: radix)
        let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
        self = sum
        return !tooLarge && !carries
    }
}

extension UInt64 {
    /// Makes the number that `text` writes with digits alone; nil where it doesn't or is too large.
    init?(digits text: String) {
        self = 0
        guard !text.isEmpty else { return nil }
        for byte in text.utf8 {
            guard byte.isDigit, appendDigit(byte & 0x0f, radix: 10) else { return nil }
        }
    }
}
