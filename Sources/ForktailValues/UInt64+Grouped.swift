extension UInt64 {
    /// The number with its thousands grouped: `5,120`.
    package var grouped: String {
        var groups: [String] = []
        var rest = self
        while rest >= 1000 {
            groups.append(String(String(1000 + rest % 1000).dropFirst()))
            rest /= 1000
        }
        return ([String(rest)] + groups.reversed()).joined(separator: ",")
    }
}
