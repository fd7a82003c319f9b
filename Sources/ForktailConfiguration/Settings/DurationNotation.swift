/// The notation of durations: seconds, or a text with a unit, with a resolution of a millisecond.
enum DurationNotation {
    /// What a duration may look like.
    static let allowed = "seconds or a text such as \"500ms\", \"30s\", \"5m\" or \"1h\""

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]
    /// Units that are read and not written.
    private static let longUnits: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("y", 365 * 86_400_000),
    ]

    /// Returns the duration that a TOML value stands for, or `nil` for a value of a wrong type.
    static func decode(_ kind: TOMLValue.Kind) throws(SettingRefusal) -> Duration? {
        switch kind {
        case .integer(let seconds): try duration(Double(seconds), unit: 1000, text: "\(seconds)")
        case .float(let seconds): try duration(seconds, unit: 1000, text: "\(seconds)")
        case .string(let text): try parse(text)
        case .boolean, .dateTime, .array, .table: nil
        }
    }

    /// Returns the duration that a text stands for; a number without a unit means seconds.
    static func parse(_ text: String) throws(SettingRefusal) -> Duration {
        let (number, unit) = splitNumber(text)
        guard let value = Double(number) else {
            throw SettingRefusal("\(quoted(text)) is not a duration")
        }
        guard
            let scale = (units + longUnits).first(where: {
                $0.name == (unit.isEmpty ? "s" : unit)
            })
        else {
            throw SettingRefusal(
                "\(quoted(text)) has an unknown unit; the units are ms, s, m, h, d, y"
            )
        }
        return try duration(value, unit: scale.milliseconds, text: text)
    }

    private static func duration(
        _ value: Double,
        unit: Int64,
        text: String
    ) throws(SettingRefusal) -> Duration {
        let scaled = value * Double(unit)
        guard scaled == 0 || scaled >= 1 && scaled < 1e15 else {
            throw SettingRefusal("\(quoted(text)) is out of range")
        }
        return .milliseconds(Int64(scaled + 0.5))
    }

    /// Returns a duration as text, in the largest unit that divides it.
    static func text(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        guard milliseconds > 0,
            let unit = units.last(where: { milliseconds.isMultiple(of: $0.milliseconds) })
        else { return "0" }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }

    /// Returns a duration in the notation of TOML.
    static func notation(_ duration: Duration) -> String {
        duration == .zero ? "0" : TOMLText.string(text(duration))
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

/// Splits a text after its leading sign, digits and point.
func splitNumber(_ text: String) -> (number: String, unit: String) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
    return (String(number), String(text[number.endIndex...]))
}
