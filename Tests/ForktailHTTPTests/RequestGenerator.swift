import ForktailTestSupport

@testable import ForktailHTTP

/// Makes grammatically valid requests, and what a parser has to find in them.
struct RequestGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// A request and what its head says.
    struct Generated {
        var bytes: [UInt8] = []
        var method = ""
        var target = ""
        var minorVersion = 1
        var fields: [(name: String, value: String)] = []
        var framing = BodyFraming.none
    }

    mutating func makeRequest() -> Generated {
        var made = Generated()
        made.method = pick([
            "GET", "HEAD", "POST", "PUT", "DELETE", "BREW", text(from: Self.token, 1...12),
        ])
        made.target = makeTarget()
        made.minorVersion = pick([0, 1, 1, 1])
        made.fields = makeFields(framing: &made.framing, minorVersion: made.minorVersion)
        made.bytes = serialize(made)
        return made
    }

    private mutating func serialize(_ made: Generated) -> [UInt8] {
        var text = pick(["", "", "\r\n"])
        text += "\(made.method) \(made.target) HTTP/1.\(made.minorVersion)\r\n"
        for (name, value) in made.fields {
            text += "\(name):\(blanks())\(value)\(blanks())\r\n"
        }
        return Array((text + "\r\n").utf8)
    }

    private mutating func makeTarget() -> String {
        let path = (0...Int.random(in: 0...4, using: &generator)).map { _ in "/" + segment() }
            .joined()
        let query = pick(["", "?" + text(from: Self.pathCharacters + Array("/?%"), 0...20)])
        let authority = pick(["", "", "http://example.com", "HTTP://[::1]:80"])
        return authority + path + query
    }

    private mutating func segment() -> String {
        (0..<Int.random(in: 0...6, using: &generator))
            .map { _ in
                pick([
                    text(from: Self.pathCharacters, 1...1), "%41", "%2F", "%c3%A9", "..", "\u{e9}",
                    "%e9",
                ])
            }
            .joined()
    }

    private mutating func makeFields(
        framing: inout BodyFraming,
        minorVersion: Int
    ) -> [(name: String, value: String)] {
        var fields = [
            (name: pick(["Host", "host", "HOST"]), value: pick(["a", "a.example:80", "[::1]"]))
        ]
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            fields.append((name: "X-" + text(from: Self.token, 0...12), value: makeValue()))
        }
        if Bool.random(using: &generator) {
            let length = UInt64.random(in: 0...1 << 30, using: &generator)
            framing = .length(length)
            fields.append((name: "Content-Length", value: "\(length)"))
        } else if minorVersion == 1, Bool.random(using: &generator) {
            framing = .chunked
            fields.append((name: "transfer-encoding", value: pick(["chunked", "Chunked"])))
        }
        return fields.shuffled(using: &generator)
    }

    private mutating func makeValue() -> String {
        let inner = text(from: Self.valueCharacters, 0...30)
        return inner.isEmpty ? "" : "<\(inner)>"
    }

    private mutating func blanks() -> String {
        text(from: [" ", "\t"], 0...2)
    }

    private mutating func text(from characters: [Character], _ length: ClosedRange<Int>) -> String {
        String((0..<Int.random(in: length, using: &generator)).map { _ in pick(characters) })
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &generator)]
    }

    /// Changes some bytes of a request: what a broken or hostile client might send.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var mutant = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !mutant.isEmpty {
            mutateOnce(&mutant)
        }
        return mutant
    }

    private mutating func mutateOnce(_ bytes: inout [UInt8]) {
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[place] = pick(Array("\r\n\t :,;%/?*_\u{0}\u{16}".utf8))
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(pick(Array("\r\n\t :,;%/?*_\u{0}\u{16}".utf8)), at: place)
        case 4: bytes.removeSubrange(place...)
        default:
            let end = min(place + Int.random(in: 1...20, using: &generator), bytes.count)
            bytes.insert(contentsOf: bytes[place..<end], at: place)
        }
    }

    private static let letters = Array(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    )
    private static let token = letters + Array("!#$&'*+-.^`|~")
    private static let pathCharacters = letters + Array("-._~!$&'()*+,;=:@")
    private static let valueCharacters =
        letters + Array(" \t!\"#$%&'()*+,-./:;=?@[\\]^_`{|}~\u{e9}")
}
