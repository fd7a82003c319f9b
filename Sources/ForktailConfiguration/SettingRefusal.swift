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
