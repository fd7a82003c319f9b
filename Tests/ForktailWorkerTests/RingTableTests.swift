import ForktailTestSupport
import Testing

@testable import ForktailWorker

struct RingTableTests {
    @Test func keepsTheOrderOfEachRing() {
        var table = RingTable(rings: 3)
        #expect(table.first(of: 1) == nil)
        for number in [7, 0, 3] { table.append(number, to: 1) }
        table.append(5, to: 2)
        #expect(table.first(of: 0) == nil)
        #expect(table.first(of: 1) == 7)
        table.remove(7)
        #expect(table.first(of: 1) == 0)
        table.append(7, to: 1)
        #expect(Self.drain(&table, 1) == [0, 3, 7])
        #expect(Self.drain(&table, 2) == [5])
    }

    @Test func knowsNoNumberThatItNeverHad() {
        var table = RingTable(rings: 2)
        for number in [0, 1, 100] {
            #expect(!table.contains(number))
            table.remove(number)
            #expect(!table.contains(number))
        }
    }

    /// The same as arrays do, for any sequence of operations.
    @Test(arguments: Seed.chosen(20))
    func doesWhatArraysDo(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rings = Int.random(in: 1...5, using: &random)
        var table = RingTable(rings: rings)
        var model = [[Int]](repeating: [], count: rings)
        for _ in 0..<2000 {
            let number = Int.random(in: 0..<40, using: &random)
            if table.contains(number) || Bool.random(using: &random) {
                table.remove(number)
                for ring in model.indices { model[ring].removeAll { $0 == number } }
            } else {
                let ring = Int.random(in: 0..<rings, using: &random)
                table.append(number, to: ring)
                model[ring].append(number)
            }
            #expect(table.contains(number) == model.joined().contains(number), "\(seed)")
            #expect((0..<rings).map(table.first(of:)) == model.map(\.first), "\(seed)")
        }
        #expect((0..<rings).map { Self.drain(&table, $0) } == model, "\(seed)")
    }

    private static func drain(_ table: inout RingTable, _ ring: Int) -> [Int] {
        var numbers: [Int] = []
        while let number = table.first(of: ring) {
            numbers.append(number)
            table.remove(number)
        }
        return numbers
    }
}
