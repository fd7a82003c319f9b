extension SettingType<Int> {
    /// A whole number of a range.
    static func integer(_ range: ClosedRange<Int>) -> SettingType {
        single(
            placeholder: "NUMBER",
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            decode: { kind throws(SettingRefusal) in
                guard case .integer(let value) = kind else { return nil }
                return try require(Int(value), in: range)
            },
            parse: { text throws(SettingRefusal) in
                try require(wholeNumber(text), in: range)
            },
            format: { String($0) }
        )
    }

    /// A number of bytes of a range.
    static func size(_ range: ClosedRange<Int>) -> SettingType {
        let text = "from \(ByteSize.text(range.lowerBound)) to \(ByteSize.text(range.upperBound))"
        return single(
            placeholder: "SIZE",
            allowed: "\(ByteSize.allowed), \(text)",
            decode: { kind throws(SettingRefusal) in
                guard let bytes = try ByteSize.decode(kind) else { return nil }
                return try require(bytes, in: range)
            },
            parse: { text throws(SettingRefusal) in
                try require(try ByteSize.parse(text), in: range)
            },
            format: { ByteSize.notation($0) }
        )
    }
}

extension SettingType<Int?> {
    /// A number of bytes of a range, where 0 stands for none.
    static func sizeOrOff(_ range: ClosedRange<Int>) -> SettingType {
        let accept = { @Sendable (bytes: Int) throws(SettingRefusal) -> Int? in
            bytes == 0 ? nil : try require(bytes, in: range)
        }
        let text = "from \(ByteSize.text(range.lowerBound)) to \(ByteSize.text(range.upperBound))"
        return single(
            placeholder: "SIZE",
            allowed: "\(ByteSize.allowed), \(text), or 0 for off",
            decode: { kind throws(SettingRefusal) in
                guard let bytes = try ByteSize.decode(kind) else { return nil }
                return .some(try accept(bytes))
            },
            parse: { text throws(SettingRefusal) in try accept(try ByteSize.parse(text)) },
            format: { ByteSize.notation($0 ?? 0) }
        )
    }
}

extension SettingType<UInt64> {
    /// A number of bytes, where 0 stands for no limit and is held as `UInt64.max`.
    static func sizeOrUnlimited() -> SettingType {
        let accept = { @Sendable (bytes: Int) throws(SettingRefusal) -> UInt64 in
            bytes == 0 ? .max : UInt64(try require(bytes, in: 1...Int.max))
        }
        return single(
            placeholder: "SIZE",
            allowed: "\(ByteSize.allowed), or 0 for no limit",
            decode: { kind throws(SettingRefusal) in
                guard let bytes = try ByteSize.decode(kind) else { return nil }
                return try accept(bytes)
            },
            parse: { text throws(SettingRefusal) in try accept(try ByteSize.parse(text)) },
            format: { $0 == .max ? "0" : ByteSize.notation(Int(clamping: $0)) }
        )
    }
}

extension SettingType<WorkerCount> {
    /// A number of a range, `auto`, or two bounds of the range.
    static func workers(_ range: ClosedRange<Int>) -> SettingType {
        let parse = { @Sendable (text: String) throws(SettingRefusal) -> WorkerCount in
            if text == "auto" { return .auto }
            guard let dots = text.firstIndex(of: "."), text[dots...].hasPrefix("..") else {
                return .fixed(try require(wholeNumber(text), in: range))
            }
            let maximum = text[dots...].dropFirst(2)
            return try bounds(
                wholeNumber(String(text[..<dots])),
                wholeNumber(String(maximum)),
                range
            )
        }
        return single(
            placeholder: "NUMBER",
            allowed:
                "a whole number from \(range.lowerBound) to \(range.upperBound), \"auto\", or two "
                + "bounds: { min = 2, max = 16 }, in a flag 2..16",
            decode: { kind throws(SettingRefusal) in
                switch kind {
                case .integer(let value): return .fixed(try require(Int(value), in: range))
                case .string("auto"): return .auto
                case .string(let text): throw SettingRefusal("\(quoted(text)) is not \"auto\"")
                case .table(let table): return try bounds(of: table, range)
                case .float, .boolean, .dateTime, .array: return nil
                }
            },
            parse: parse,
            format: { count in
                switch count {
                case .auto: "\"auto\""
                case .fixed: count.description
                case .between(let minimum, let maximum): "{ min = \(minimum), max = \(maximum) }"
                }
            }
        )
    }

    private static func bounds(
        of table: TOMLTable,
        _ range: ClosedRange<Int>
    ) throws(SettingRefusal) -> WorkerCount {
        var values: [String: Int] = [:]
        for entry in table.entries {
            guard ["min", "max"].contains(entry.key) else {
                throw SettingRefusal("\(quoted(entry.key)) is neither min nor max")
            }
            guard case .integer(let value) = entry.value.kind else {
                throw SettingRefusal("\(entry.key) is \(entry.value.typeName)")
            }
            values[entry.key] = Int(value)
        }
        guard let minimum = values["min"], let maximum = values["max"] else {
            throw SettingRefusal("min or max is missing")
        }
        return try bounds(minimum, maximum, range)
    }

    private static func bounds(
        _ minimum: Int,
        _ maximum: Int,
        _ range: ClosedRange<Int>
    ) throws(SettingRefusal) -> WorkerCount {
        guard try require(minimum, in: range) <= require(maximum, in: range) else {
            throw SettingRefusal("min, \(minimum), is above max, \(maximum)")
        }
        return .between(minimum, maximum)
    }
}

/// Returns a number that lies in a range.
private func require(_ value: Int, in range: ClosedRange<Int>) throws(SettingRefusal) -> Int {
    guard range.contains(value) else { throw SettingRefusal("\(value) is out of range") }
    return value
}

private func wholeNumber(_ text: String) throws(SettingRefusal) -> Int {
    guard let value = Int(text) else {
        throw SettingRefusal("\(quoted(text)) is not a whole number")
    }
    return value
}

/// Returns permission bits that are written as octal digits.
private func permissionBits(_ text: String, as kind: String) throws(SettingRefusal) -> UInt32 {
    guard let bits = UInt32(text, radix: 8), bits <= 0o777, text.utf8.count <= 4 else {
        throw SettingRefusal("\(quoted(text)) is no \(kind)")
    }
    return bits
}

extension SettingType<UInt32> {
    /// Permission bits as octal digits.
    static var fileMode: SettingType {
        let accept = { @Sendable (text: String) throws(SettingRefusal) -> UInt32 in
            try permissionBits(text, as: "file mode")
        }
        return spelled(
            placeholder: "MODE",
            allowed: "octal digits from \"0\" to \"0777\"",
            parse: accept,
            spell: { "0" + String($0, radix: 8) }
        )
    }
}

extension SettingType<UInt32?> {
    /// Permission bits as octal digits, where the empty text stands for none.
    static var fileMaskOrNone: SettingType {
        let accept = { @Sendable (text: String) throws(SettingRefusal) -> UInt32? in
            if text.isEmpty { return nil }
            return try permissionBits(text, as: "file mask")
        }
        return spelled(
            placeholder: "MASK",
            allowed: "octal digits from \"0\" to \"0777\", or \"\" for the one at the start",
            parse: accept,
            spell: { $0.map { "0" + String($0, radix: 8) } ?? "" }
        )
    }
}
