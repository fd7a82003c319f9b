/// The type of a setting: what it accepts from each source, and how its values are written.
///
/// A file gives TOML values; a flag or a variable of the environment gives texts.
struct SettingType<Value: Sendable>: Sendable {
    /// How flags and variables give the value.
    let form: SettingForm
    /// What stands for the value in `--help`.
    let placeholder: String
    /// What is allowed, as messages and the manual say it.
    let allowed: String
    /// The values of a type that has only a few, for `--help`.
    let choices: [String]
    /// Reads a value of the file.
    let decode: @Sendable (TOMLValue) throws(SettingRefusal) -> Value
    /// Reads the texts of flags or of a variable; of several, a single value takes the last.
    let parse: @Sendable ([String]) throws(SettingRefusal) -> Value
    /// Writes a value as TOML.
    let format: @Sendable (Value) -> String
}

extension SettingType {
    /// Returns a type whose value is one text, number or boolean.
    static func single(
        form: SettingForm = .single,
        placeholder: String,
        allowed: String,
        choices: [String] = [],
        decode: @escaping @Sendable (TOMLValue.Kind) throws(SettingRefusal) -> Value?,
        parse: @escaping @Sendable (String) throws(SettingRefusal) -> Value,
        format: @escaping @Sendable (Value) -> String
    ) -> SettingType {
        SettingType(
            form: form,
            placeholder: placeholder,
            allowed: allowed,
            choices: choices,
            decode: { value throws(SettingRefusal) in
                guard let decoded = try decode(value.kind) else {
                    throw SettingRefusal("\(value.typeName) is not accepted")
                }
                return decoded
            },
            parse: { texts throws(SettingRefusal) in try parse(texts.last ?? "") },
            format: format
        )
    }

    /// Returns a type whose value is a text in a file, too.
    static func spelled(
        placeholder: String,
        allowed: String,
        choices: [String] = [],
        parse: @escaping @Sendable (String) throws(SettingRefusal) -> Value,
        spell: @escaping @Sendable (Value) -> String
    ) -> SettingType {
        single(
            placeholder: placeholder,
            allowed: allowed,
            choices: choices,
            decode: { kind throws(SettingRefusal) in
                guard case .string(let text) = kind else { return nil }
                return .some(try parse(text))
            },
            parse: parse,
            format: { TOMLText.string(spell($0)) }
        )
    }
}
