extension SettingType<Duration> {
    /// A duration of a range.
    static func duration(_ range: ClosedRange<Duration>) -> SettingType {
        single(
            placeholder: "TIME",
            allowed: "\(DurationNotation.allowed), \(spell(range))",
            decode: { kind throws(SettingRefusal) in
                guard let value = try DurationNotation.decode(kind) else { return nil }
                return try require(value, in: range)
            },
            parse: { text throws(SettingRefusal) in
                try require(try DurationNotation.parse(text), in: range)
            },
            format: { DurationNotation.notation($0) }
        )
    }
}

extension SettingType<Duration?> {
    /// A duration of a range, where 0 stands for none.
    static func durationOrOff(_ range: ClosedRange<Duration>) -> SettingType {
        let accept = { @Sendable (value: Duration) throws(SettingRefusal) -> Duration? in
            value == .zero ? nil : try require(value, in: range)
        }
        return single(
            placeholder: "TIME",
            allowed: "\(DurationNotation.allowed), \(spell(range)), or 0 for off",
            decode: { kind throws(SettingRefusal) in
                guard let value = try DurationNotation.decode(kind) else { return nil }
                return .some(try accept(value))
            },
            parse: { text throws(SettingRefusal) in
                try accept(try DurationNotation.parse(text))
            },
            format: { DurationNotation.notation($0 ?? .zero) }
        )
    }
}

private func spell(_ range: ClosedRange<Duration>) -> String {
    let lower = DurationNotation.text(range.lowerBound)
    return "from \(lower) to \(DurationNotation.text(range.upperBound))"
}

private func require(
    _ value: Duration,
    in range: ClosedRange<Duration>
) throws(SettingRefusal) -> Duration {
    guard range.contains(value) else {
        throw SettingRefusal("\(DurationNotation.text(value)) is out of range")
    }
    return value
}
