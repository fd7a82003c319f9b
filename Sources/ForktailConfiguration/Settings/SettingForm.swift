/// How the command line and the environment give a setting.
enum SettingForm: Sendable {
    /// `--name VALUE`; the last one holds.
    case single
    /// `--name` and `--no-name`.
    case toggle
    /// `--name VALUE` any number of times; values separated by commas in the environment.
    case list
}
