/// Splits a text after its leading sign, digits and point.
func splitNumber(_ text: String) -> (number: String, unit: String) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
    return (String(number), String(text[number.endIndex...]))
}
