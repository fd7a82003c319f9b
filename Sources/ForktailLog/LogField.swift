/// A named fact of a log line, for the JSON form; the text form has it in its sentence.
package struct LogField: Sendable {
    enum Value: Sendable {
        case text(String)
        case texts([String])
        case number(Int)
        case seconds(Duration)
        case decimal(Double)
        case flag(Bool)
        case members([LogField])
    }

    let name: String
    let value: Value

    /// A fact in words.
    package init(_ name: String, _ text: String) {
        self.name = name
        value = .text(text)
    }

    /// A list of facts in words.
    package init(_ name: String, _ texts: [String]) {
        self.name = name
        value = .texts(texts)
    }

    /// A fact in numbers.
    package init(_ name: String, _ number: some BinaryInteger) {
        self.name = name
        value = .number(Int(clamping: number))
    }

    /// A fact in decimal numbers; null where it is not finite.
    package init(_ name: String, _ number: Double) {
        self.name = name
        value = .decimal(number)
    }

    /// A fact that is true or false.
    package init(_ name: String, _ flag: Bool) {
        self.name = name
        value = .flag(flag)
    }

    /// Facts that stand together.
    package init(_ name: String, members: [LogField]) {
        self.name = name
        value = .members(members)
    }

    /// A length of time, written in seconds with three decimals.
    package init(_ name: String, _ duration: Duration) {
        self.name = name
        value = .seconds(duration)
    }
}
