/// An answer that arrived whole.
struct Reply {
    let status: Int
    let fields: [(name: String, value: String)]
    let body: [UInt8]
    /// Whether the answer has a length or chunks, so that another may follow.
    let isDelimited: Bool

    var text: String { String(decoding: body, as: UTF8.self) }

    /// Takes an answer apart; nil if it is none, or less than it says it is.
    init?(_ bytes: [UInt8], isHead: Bool = false) {
        let end = Array("\r\n\r\n".utf8)
        guard let headLength = bytes.firstRange(of: end)?.lowerBound else { return nil }
        let lines = String(decoding: bytes[..<headLength], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 1, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            return nil
        }
        self.status = status
        fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                String(parts[0]), parts.count > 1 ? parts[1].drop { $0 == " " }.description : ""
            )
        }
        let rest = Array(bytes[(headLength + end.count)...])
        let framing = fields
        func first(_ name: String) -> String? {
            framing.first { $0.name.lowercased() == name }?.value
        }
        if isHead {
            guard rest.isEmpty else { return nil }
            body = rest
            isDelimited = true
        } else if first("transfer-encoding") == "chunked" {
            guard let decoded = Self.decodeChunks(rest) else { return nil }
            body = decoded
            isDelimited = true
        } else if let length = first("content-length") {
            guard Int(length) == rest.count else { return nil }
            body = rest
            isDelimited = true
        } else {
            body = rest
            isDelimited = status < 200 || status == 204 || status == 304
        }
    }

    subscript(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    private static func decodeChunks(_ bytes: [UInt8]) -> [UInt8]? {
        var rest = bytes[...]
        var decoded: [UInt8] = []
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            let digits = String(decoding: rest[..<line.lowerBound], as: UTF8.self)
            guard let size = Int(digits, radix: 16) else { return nil }
            rest = rest[line.upperBound...]
            guard rest.count >= size + 2 else { return nil }
            decoded += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
            if size == 0 { return rest.isEmpty ? decoded : nil }
        }
        return nil
    }
}
