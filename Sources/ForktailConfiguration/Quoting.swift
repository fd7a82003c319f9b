/// Returns a text as a message shows it: in backticks, invisible characters escaped, bounded.
///
/// A message is one line on a terminal, whatever the text that it speaks about contains.
func quoted(_ text: String) -> String {
    let limit = 60
    var result = "`"
    for scalar in text.unicodeScalars.prefix(limit) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: result += escape(of: scalar)
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + (text.unicodeScalars.count > limit ? "…`" : "`")
}

private func escape(of scalar: Unicode.Scalar) -> String {
    "\\u{" + String(scalar.value, radix: 16) + "}"
}

/// Returns the byte of an ASCII character.
func ascii(_ scalar: Unicode.Scalar) -> UInt8 {
    UInt8(ascii: scalar)
}
