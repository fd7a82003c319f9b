import ForktailTestSupport
import Testing

@testable import ForktailHTTP

/// What holds for the start of any connection, whatever it is.
struct ProxyMutationTests {
    private static let models: [[UInt8]] = [
        Array("PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n".utf8),
        Array("PROXY TCP6 2001:db8::1 ::ffff:192.0.2.2 4711 80\r\n".utf8),
        Array("PROXY UNKNOWN x\r\n".utf8),
        ProxyBlockMaker().bytes,
        ProxyBlockMaker().withChecksum(),
        ProxyBlockMaker(
            family: 0x21,
            payload: ProxyBlockMaker.ipv6 + ProxyBlockMaker.vector(0x20, [1, 0, 0, 0, 0])
                + ProxyBlockMaker.vector(4, [0])
        ).bytes,
        ProxyBlockMaker(family: 0x31, payload: ProxyBlockMaker.unix).bytes,
        ProxyBlockMaker(command: 0x20, family: 0, payload: []).bytes,
    ]

    @Test func saysTheSameOfMutantsHoweverTheyAreCut() {
        var counts = [0, 0, 0, 0]
        for round in 0..<6000 {
            var generator = SeededGenerator(seed: Seed.current &+ UInt64(round))
            let mutant = Self.mutant(&generator)
            let outcome = parseProxy(mutant)
            let note: Comment = "round \(round), \(Seed.note): \(mutant)"
            #expect(parseProxy(mutant, cuts: 0..<mutant.count) == outcome, note)
            switch outcome {
            case .incomplete: counts[0] += 1
            case .absent: counts[1] += 1
            case .refused: counts[2] += 1
            case .complete(let header):
                counts[3] += 1
                #expect((1...mutant.count).contains(header.length), note)
                let alone = Array(mutant.prefix(header.length))
                #expect(parseProxy(alone) == outcome, note)
            }
        }
        #expect(counts.allSatisfy { $0 > 50 }, "\(counts)")
    }

    private static func mutant(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = models.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &generator)
            let byte = UInt8.random(in: 0...255, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] = byte
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.insert(byte, at: place)
            case 3: bytes.remove(at: place)
            case 4: bytes.removeSubrange(place...)
            default: bytes += bytes[place...]
            }
        }
        return bytes
    }
}
