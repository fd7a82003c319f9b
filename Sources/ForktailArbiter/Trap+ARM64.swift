/// The same of instructions of arm64, each of which is a word of four bytes; `brk #1` is the trap.
extension Trap {
    /// A conditional jump.
    private enum Jump {
        /// By the flags: `b.cond`.
        case condition(UInt32)
        /// Where a register is zero, or is not: `cbz`, `cbnz`.
        case zero
        /// By one bit of a register: `tbz`, `tbnz`.
        case bit(UInt32)
    }

    /// Whether the instruction at `offset` is the trap of a failed check.
    static func isBreak(_ code: [UInt8], at offset: Int) -> Bool {
        word(code, at: offset).map { $0 & 0xffe0_001f == 0xd420_0000 } ?? false
    }

    /// Finds the check whose failure jumps to the trap at `offset` of a function.
    init?(words code: [UInt8], offset: Int) {
        guard let (jump, place) = Self.jump(to: offset, in: code) else { return nil }
        let before = Self.word(code, at: place - 4) ?? 0
        switch jump {
        case .zero: self = Self.dividesWords(code) ? .absentOrDivision : .absent
        case .bit(let bit): self = [7, 15, 31, 63].contains(bit) ? .range : .absent
        case .condition(0x6), .condition(0x7): self = .overflow
        case .condition(0x0), .condition(0x1):
            // Products and sums of narrow numbers are compared with what fits; a tag is compared with
            // a number.
            self = Self.comparesRegisters(before) || Self.isCMN(before) ? .overflow : .absent
        case .condition(0x2), .condition(0x3):
            self = Self.isUnsignedArithmetic(before) ? .overflow : .range
        case .condition(0x4), .condition(0x5), .condition(0x8...0xd): self = .range
        case .condition: return nil
        }
    }

    private static func word(_ code: [UInt8], at offset: Int) -> UInt32? {
        guard offset >= 0, offset % 4 == 0, offset <= code.count - 4 else { return nil }
        return code[offset..<offset + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// The conditional jump to a place, or the one that is passed just before it.
    private static func jump(to target: Int, in code: [UInt8]) -> (Jump, place: Int)? {
        for place in stride(from: 0, to: code.count, by: 4) {
            guard let word = word(code, at: place), let (jump, distance) = decode(word) else {
                continue
            }
            if place + 4 * distance == target { return (jump, place) }
        }
        guard let word = word(code, at: target - 4), let (jump, _) = decode(word) else {
            return nil
        }
        guard case .condition(let condition) = jump else { return (jump, target - 4) }
        return (.condition(condition ^ 1), target - 4)
    }

    /// A conditional jump, and how many words it goes.
    private static func decode(_ word: UInt32) -> (Jump, distance: Int)? {
        let near = Int(Int32(bitPattern: word << 13) >> 18)
        let far = Int(Int32(bitPattern: word << 8) >> 13)
        if word & 0xff00_0010 == 0x5400_0000 { return (.condition(word & 0xf), far) }
        if word & 0x7e00_0000 == 0x3400_0000 { return (.zero, far) }
        if word & 0x7e00_0000 == 0x3600_0000 {
            return (.bit(word >> 26 & 0x20 | word >> 19 & 0x1f), near)
        }
        return nil
    }

    /// `adds` or `subs` of two registers whose result is kept.
    private static func isUnsignedArithmetic(_ word: UInt32) -> Bool {
        word & 0x3f00_0000 == 0x2b00_0000 && word & 0x1f != 0x1f
    }

    /// `cmp` of two registers.
    private static func comparesRegisters(_ word: UInt32) -> Bool {
        word & 0x7f00_001f == 0x6b00_001f
    }

    /// `cmn` with a number, which looks for -1 before a division.
    private static func isCMN(_ word: UInt32) -> Bool { word & 0x7f00_001f == 0x3100_001f }

    /// Whether a function divides: `sdiv`, `udiv`.
    private static func dividesWords(_ code: [UInt8]) -> Bool {
        stride(from: 0, to: code.count, by: 4).contains { place in
            word(code, at: place).map { $0 & 0x7fe0_f800 == 0x1ac0_0800 } ?? false
        }
    }
}
