extension SettingType<UInt32?> {
    /// Permission bits as octal digits, where the empty text stands for none.
    static var fileMaskOrNone: SettingType {
        let accept = { @Sendable (text: String) throws(SettingRefusal) -> UInt32? in
            if text.isEmpty { return nil }
            guard let mask = UInt32(text, radix: 8), mask <= 0o777, text.utf8.count <= 4 else {
                throw SettingRefusal("\(quoted(text)) is no file mask")
            }
            return mask
        }
        return single(
            placeholder: "MASK",
            allowed: "octal digits from \"0\" to \"0777\", or \"\" for the one at the start",
            decode: { kind throws(SettingRefusal) in
                guard case .string(let text) = kind else { return nil }
                return .some(try accept(text))
            },
            parse: accept,
            format: { TOMLText.string($0.map { "0" + String($0, radix: 8) } ?? "") }
        )
    }
}
