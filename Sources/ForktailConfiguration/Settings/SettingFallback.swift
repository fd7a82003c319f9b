/// A variable of the environment that replaces a setting's default, as platforms expect it.
struct SettingFallback: Sendable {
    /// The name of the variable.
    let variable: String
    /// What stands before the variable's text to make it the setting's text.
    let prefix: String
    /// The rule, as the manual and `--help` say it.
    let note: String
}
