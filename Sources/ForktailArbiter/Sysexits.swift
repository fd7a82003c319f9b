/// The exit statuses of forktail, from sysexits.h.
package enum Sysexits {
    /// Wrong usage of the command line: EX_USAGE.
    package static let usage: CInt = 64
    /// An address or a file that is needed is not available: EX_UNAVAILABLE.
    package static let unavailable: CInt = 69
    /// The first workers could not boot: EX_SOFTWARE.
    package static let software: CInt = 70
    /// The system refused something: EX_OSERR.
    package static let system: CInt = 71
    /// Wrong configuration: EX_CONFIG.
    package static let configuration: CInt = 78
}
