/// What can be wrong with the start of a connection from which a PROXY header is expected.
///
/// `entry` says what each of them means and where its rule stands.
/// Sections are those of the PROXY protocol's specification, `proxy-protocol.txt` of HAProxy.
package enum ProxyFault: Error, Hashable, Sendable, CaseIterable {
    case missing, unexpectedVersion
    // The line of version 1.
    case lineTooLong, bareLineFeed, unknownProtocol, malformedLine, malformedAddress, malformedPort
    // The block of version 2.
    case unknownBinaryVersion, unknownCommand, unknownFamily, addressesCut, malformedVector,
        wrongChecksum
}

extension ProxyFault: CustomStringConvertible {
    /// What came and which rule it broke: one line for the log.
    package var description: String { "\(reason) (PROXY protocol section \(section))" }

    /// What was wrong, in words.
    package var reason: String { entry.reason }

    /// The section of the specification that has the rule.
    package var section: String { entry.section }

    private var entry: (section: String, reason: String) {
        switch self {
        case .missing: ("2", "no PROXY header")
        case .unexpectedVersion: ("2", "a PROXY header of a version that proxy_protocol excludes")
        case .lineTooLong: ("2.1", "a PROXY line of more than 107 bytes")
        case .bareLineFeed: ("2.1", "a PROXY line that ends in LF without CR")
        case .unknownProtocol: ("2.1", "a PROXY line for neither TCP4, TCP6 nor UNKNOWN")
        case .malformedLine: ("2.1", "a PROXY line without exactly two addresses and two ports")
        case .malformedAddress: ("2.1", "a PROXY line with a malformed address")
        case .malformedPort: ("2.1", "a PROXY line with a malformed port")
        case .unknownBinaryVersion: ("2.2", "a binary PROXY header of a version other than 2")
        case .unknownCommand: ("2.2", "a PROXY header with an unknown command")
        case .unknownFamily: ("2.2", "a PROXY header with an unknown address family or transport")
        case .addressesCut: ("2.2", "a PROXY header shorter than its addresses")
        case .malformedVector: ("2.2", "a PROXY header with a malformed TLV")
        case .wrongChecksum: ("2.2.3", "a PROXY header with a wrong checksum")
        }
    }
}
