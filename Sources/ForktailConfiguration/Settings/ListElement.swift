/// An element of a list, as the file, a flag or a variable gives it.
struct ListElement {
    let kind: TOMLValue.Kind
    /// The place in the file; nil where no file gives the element.
    let position: TOMLPosition?

    init(_ value: TOMLValue) {
        kind = value.kind
        position = value.position
    }

    init(text: String, at position: TOMLPosition? = nil) {
        kind = .string(text)
        self.position = position
    }

    /// Returns the elements of an array, or a text as the only one.
    static func all(of value: TOMLValue) throws(SettingRefusal) -> [ListElement] {
        switch value.kind {
        case .string: [ListElement(value)]
        case .array(let values): values.map { ListElement($0) }
        case .integer, .float, .boolean, .dateTime, .table:
            throw SettingRefusal("\(value.typeName) is not accepted")
        }
    }

    /// Reads elements, and refuses what is given twice.
    ///
    /// - Parameters:
    ///   - elements: What to read.
    ///   - read: Makes a value of an element.
    ///   - write: Makes the text of a value, for the refusal.
    /// - Returns: The values in the order of the elements.
    /// - Throws: `SettingRefusal` with the reasons of all elements.
    static func read<Value: Equatable>(
        _ elements: [ListElement],
        as read: (TOMLValue.Kind) throws(SettingRefusal) -> Value,
        write: (Value) -> String
    ) throws(SettingRefusal) -> [Value] {
        var values: [Value] = []
        var refusals = RefusalCollector()
        for element in elements {
            refusals.collect(at: element.position) { () throws(SettingRefusal) in
                let value = try read(element.kind)
                guard !values.contains(value) else {
                    throw SettingRefusal("\(quoted(write(value))) is given twice")
                }
                values.append(value)
            }
        }
        try refusals.finish()
        return values
    }
}

/// Collects the refusals of a list's elements, so that all of them are shown at once.
struct RefusalCollector {
    private var reasons: [SettingRefusal.Reason] = []

    /// Calls a function for the element at a place, and keeps what it throws.
    mutating func collect(
        at position: TOMLPosition?,
        _ body: () throws(SettingRefusal) -> Void
    ) {
        do throws(SettingRefusal) {
            try body()
        } catch {
            reasons += error.reasons.map { reason in
                SettingRefusal.Reason(text: reason.text, position: reason.position ?? position)
            }
        }
    }

    /// Throws what was collected, if anything was.
    func finish() throws(SettingRefusal) {
        guard reasons.isEmpty else { throw SettingRefusal(reasons: reasons) }
    }
}

/// The reasons why a setting's value is refused.
package struct SettingRefusal: Error, Hashable, Sendable {
    /// One reason, and the place of the part that it concerns, where that isn't the whole value.
    package struct Reason: Hashable, Sendable {
        /// What is wrong.
        package let text: String
        /// Where the part stands in its file.
        package let position: TOMLPosition?
    }

    /// The reasons, at least one.
    package let reasons: [Reason]

    init(_ text: String, at position: TOMLPosition? = nil) {
        reasons = [Reason(text: text, position: position)]
    }

    init(reasons: [Reason]) {
        self.reasons = reasons
    }
}
