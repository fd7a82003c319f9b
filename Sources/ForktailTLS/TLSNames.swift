import CForktail

/// The lists of names that OpenSSL reads, in which it passes over most names that it does not know.
package enum TLSNames: Sendable {
    /// Suites of TLS 1.2, in the notation of openssl-ciphers(1).
    case ciphers
    /// Suites of TLS 1.3.
    case suites
    /// Groups for key exchange.
    case groups

    /// The names of a list that stand for nothing; what a list of suites excludes is not looked at.
    package func unknown(in list: String) -> [String] {
        list.split { ": ,".contains($0) }.map(String.init).filter { name in
            if self == .ciphers, let first = name.first, "!-+@".contains(first) { return false }
            return !forktail_tls_has_name(number, name)
        }
    }

    private var number: CInt {
        switch self {
        case .ciphers: CInt(FORKTAIL_TLS_REFUSED_CIPHERS)
        case .suites: CInt(FORKTAIL_TLS_REFUSED_SUITES)
        case .groups: CInt(FORKTAIL_TLS_REFUSED_GROUPS)
        }
    }
}
