import ForktailTestSupport

extension SeededGenerator {
    /// Starts at a place that depends on some bytes alone.
    init(of bytes: [UInt8]) {
        self.init(seed: bytes.reduce(0) { $0 &* 31 &+ UInt64($1) })
    }

    /// Ascending places to cut `count` bytes at.
    mutating func cuts(of count: Int) -> [Int] {
        guard count > 1 else { return [] }
        let number = Int.random(in: 1...min(8, count - 1), using: &self)
        return (0..<number).map { _ in Int.random(in: 1..<count, using: &self) }.sorted()
    }
}
