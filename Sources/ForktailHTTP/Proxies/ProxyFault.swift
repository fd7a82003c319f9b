/// What can be wrong with the start of a connection from which a PROXY header is expected.
///
/// Sections are those of the PROXY protocol's specification, `proxy-protocol.txt` of HAProxy.
package enum ProxyFault: Error, Hashable, Sendable, CaseIterable {
    /// The bytes are no PROXY header.
    case missing
    /// A header of the other version.
    case unexpectedVersion
    /// No end of line within the 107 bytes that a line of v1 may have.
    case lineTooLong
    /// A line that ends in LF without CR.
    case bareLineFeed
    /// The protocol is none of TCP4, TCP6 and UNKNOWN.
    case unknownProtocol
    /// The line does not have two addresses and two ports with one space between each.
    case malformedLine
    /// An address that is none of its family.
    case malformedAddress
    /// A port that is no number up to 65535 without leading zeros.
    case malformedPort
    /// The binary header has a version other than 2.
    case unknownBinaryVersion
    /// The command is neither LOCAL nor PROXY.
    case unknownCommand
    /// The address family and the transport are no pair that the specification has.
    case unknownFamily
    /// The header is shorter than the addresses of its family.
    case addressesCut
    /// A type-length-value vector that does not end where the header does.
    case malformedVector
    /// The header's checksum is not that of its bytes.
    case wrongChecksum
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
