@testable import ForktailConfiguration

/// Returns the table of a document that has no fault, or throws the first one.
func parseTOML(_ bytes: [UInt8]) throws(TOMLError) -> TOMLTable {
    let document = TOMLParser.parse(bytes)
    if let fault = document.faults.first { throw fault }
    return document.table
}
