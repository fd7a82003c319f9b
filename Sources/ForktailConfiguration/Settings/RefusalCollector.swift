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
