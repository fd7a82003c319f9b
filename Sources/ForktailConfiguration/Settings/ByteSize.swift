/// The notation of sizes: bytes, or a text with a unit.
enum ByteSize {
    /// What a size may look like.
    static let allowed = "a number of bytes or a text such as \"64KiB\", \"1MiB\" or \"10kB\""

    /// Returns the bytes that a TOML value stands for, or `nil` for a value of a wrong type.
    static func decode(_ kind: TOMLValue.Kind) throws(SettingRefusal) -> Int? {
        switch kind {
        case .integer(let bytes): Int(bytes)
        case .string(let text): try parse(text)
        case .float, .boolean, .dateTime, .array, .table: nil
        }
    }

    /// Returns the bytes that a text stands for.
    static func parse(_ text: String) throws(SettingRefusal) -> Int {
        let (number, unit) = splitNumber(text)
        guard let value = Int(number) else {
            throw SettingRefusal("\(quoted(text)) is not a size")
        }
        let factor = try unit.isEmpty ? 1 : self.factor(of: unit, in: text)
        let (bytes, overflows) = value.multipliedReportingOverflow(by: factor)
        guard !overflows else { throw SettingRefusal("\(quoted(text)) is out of range") }
        return bytes
    }

    private static func factor(of unit: String, in text: String) throws(SettingRefusal) -> Int {
        guard let factor = ByteCount.units.first(where: { $0.name == unit })?.bytes else {
            let names = ByteCount.units.map(\.name).joined(separator: ", ")
            throw SettingRefusal("\(quoted(text)) has an unknown unit; the units are \(names)")
        }
        return Int(factor)
    }

    /// Returns a size as text, in the largest binary unit that divides it.
    static func text(_ bytes: Int) -> String { ByteCount(UInt64(max(0, bytes))).exact }

    /// Returns a size in the notation of TOML.
    static func notation(_ bytes: Int) -> String {
        let text = text(bytes)
        return text == String(bytes) ? text : TOMLText.string(text)
    }
}
