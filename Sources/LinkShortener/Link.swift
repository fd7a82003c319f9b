/// An absolute link of http or https.
struct Link: Equatable {
    let text: String

    /// Makes a link; nil for what has another scheme, no host, or characters that no link has.
    init?(_ text: String) {
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix),
            text.utf8.count > scheme.utf8.count,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        self.text = text
    }
}
