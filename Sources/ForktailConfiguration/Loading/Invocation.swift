/// What a command line asks for.
package enum Invocation: Sendable {
    /// Serve with these settings.
    case serve(LoadedConfiguration)
    /// Say that these settings are valid, and leave.
    case checkConfiguration(LoadedConfiguration)
    /// Write this text to standard output, and leave.
    case show(String)
}
