/// Chooses among what the server offers by what the client prefers, RFC 9110 section 12.
struct Negotiation {
    private let preferences: [Preference]?

    /// Makes a choice by the elements of a field; nil where the client has sent no such field.
    init(_ preferences: [Preference]?) {
        self.preferences = preferences
    }

    /// The best media type, section 12.5.1; a list without elements is as good as none.
    func mediaType(among offers: [String]) -> String? {
        guard let preferences, !preferences.isEmpty else { return offers.first }
        let ranges = preferences.map { (MediaRange($0), $0.weight) }
        return Self.best(of: offers) { offer in
            guard let type = MediaType(offer) else { return nil }
            return Self.weight(in: ranges) { $0?.specificity(for: type) }
        }
    }

    /// The best content coding, section 12.5.3.
    func encoding(among offers: [String]) -> String? {
        guard let preferences else {
            return offers.first { $0.equalsIgnoringCase("identity") } ?? offers.first
        }
        let codings = preferences.map { (Self.coding($0.value), $0.weight) }
        return Self.best(of: offers) { offer in
            let coding = Self.coding(offer)
            let weight = Self.weight(in: codings) { $0 == coding ? 1 : $0 == "*" ? 0 : nil }
            // Doubled, so that an unlisted `identity` ranks below every listed coding.
            return weight.map { 2 * $0 } ?? (coding == "identity" ? 1 : nil)
        }
    }

    /// The best language, section 12.5.4; a list without elements is as good as none.
    func language(among offers: [String]) -> String? {
        guard let preferences, !preferences.isEmpty else { return offers.first }
        let ranges = preferences.map { ($0.value.lowercased(), $0.weight) }
        let filtered = Self.best(of: offers) { Self.languageWeight(of: $0, in: ranges) }
        return filtered ?? Self.lookUp(offers, in: ranges)
    }

    /// The weight of a language tag: that of the longest range which it begins with.
    private static func languageWeight(of tag: String, in ranges: [(String, Int)]) -> Int? {
        let tag = tag.lowercased()
        return weight(in: ranges) { range in
            if range == "*" { return 0 }
            return tag == range || tag.hasPrefix("\(range)-") ? range.utf8.count : nil
        }
    }

    /// The offer that a range begins with, RFC 4647 section 3.4; never one that was refused.
    private static func lookUp(_ offers: [String], in ranges: [(String, Int)]) -> String? {
        best(of: offers.filter { languageWeight(of: $0, in: ranges) == nil }) { offer in
            let prefix = "\(offer.lowercased())-"
            return ranges.filter { $0.0.hasPrefix(prefix) }.map(\.1).max()
        }
    }

    /// The first of the offers with the highest rank; an offer without one, or 0, is out.
    private static func best(of offers: [String], rank: (String) -> Int?) -> String? {
        var best: (offer: String, rank: Int)?
        for offer in offers {
            guard let rank = rank(offer), rank > best?.rank ?? 0 else { continue }
            best = (offer, rank)
        }
        return best?.offer
    }

    /// The weight of the first of the most specific ranges that fit; nil where none does.
    private static func weight<Range>(
        in ranges: [(Range, Int)],
        specificity: (Range) -> Int?
    ) -> Int? {
        var best: (specificity: Int, weight: Int)?
        for (range, weight) in ranges {
            guard let specificity = specificity(range),
                specificity > best?.specificity ?? .min
            else { continue }
            best = (specificity, weight)
        }
        return best?.weight
    }

    /// A coding by its one name: `x-gzip` and `x-compress` are old ones, section 8.4.1.
    private static func coding(_ name: String) -> String {
        switch name.lowercased() {
        case "x-gzip": "gzip"
        case "x-compress": "compress"
        case let name: name
        }
    }
}
