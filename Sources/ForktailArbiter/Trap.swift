/// Why a program of Swift has trapped, as far as its instructions tell.
///
/// A release build has no message for it: a check jumps to an instruction that is not valid, one for each
/// check, and the jump's condition shows what was checked. It is known for x86-64 and arm64.
enum Trap: String {
    /// A sum, a difference or a product doesn't fit.
    case overflow
    /// An index, a range or a conversion is out of bounds.
    case range
    /// A value is nil.
    case absent = "nil"
    /// A value is nil, or a divisor is zero.
    case absentOrDivision = "nil_or_division"
    /// `fatalError`, `precondition` or a check of the library, which has printed its message.
    case failedCheck = "failed_check"
    /// The stack is used up, in most cases by a function that calls itself.
    case stackOverflow = "stack_overflow"
    /// An access to the first page of memory.
    case nullPointer = "null_pointer"
    /// A call on a descriptor that is not open.
    case closedDescriptor = "closed_descriptor"

    /// The same in words.
    var words: String {
        switch self {
        case .overflow: "arithmetic overflow"
        case .range: "an index, range or conversion out of bounds"
        case .absent: "a value that is nil"
        case .absentOrDivision: "a value that is nil, or a division by zero"
        case .failedCheck: "a failed check; its message is on standard error"
        case .stackOverflow: "stack overflow, probably endless recursion"
        case .nullPointer: "an access to a null pointer"
        case .closedDescriptor:
            "a descriptor that the worker needs is closed; let the application close what it has "
                + "opened, and not all"
        }
    }

    /// Finds the check whose failure jumps to the instruction at `offset` of a function.
    init?(code: [UInt8], offset: Int) {
        if Self.isBreak(code, at: offset) {
            self.init(words: code, offset: offset)
            return
        }
        guard offset >= 0, offset + 1 < code.count, code[offset] == 0x0f, code[offset + 1] == 0x0b
        else { return nil }
        guard let jump = Self.jump(to: offset, in: code) else { return nil }
        switch jump.condition {
        case 0x0: self = .overflow
        case 0x2 where Self.isUnsignedArithmetic(before: jump.place, in: code): self = .overflow
        case 0x2, 0x3, 0x6, 0x7, 0x8, 0xc, 0xd, 0xe, 0xf: self = .range
        case 0x4, 0x5: self = Self.divides(code) ? .absentOrDivision : .absent
        default: return nil
        }
    }

    /// The conditional jump to a place, or the one that is passed just before it.
    private static func jump(to target: Int, in code: [UInt8]) -> (condition: UInt8, place: Int)? {
        for place in code.indices.dropLast(2) {
            if code[place] & 0xf0 == 0x70,
                place + 2 + Int(Int8(bitPattern: code[place + 1])) == target
            {
                return (code[place] & 0xf, place)
            }
            guard place + 6 <= code.count, code[place] == 0x0f, code[place + 1] & 0xf0 == 0x80
            else {
                continue
            }
            let distance = code[place + 2..<place + 6].reversed().reduce(UInt32(0)) {
                $0 << 8 | UInt32($1)
            }
            if place + 6 + Int(Int32(bitPattern: distance)) == target {
                return (code[place + 1] & 0xf, place)
            }
        }
        if target >= 2, code[target - 2] & 0xf0 == 0x70 {
            return (code[target - 2] & 0xf ^ 1, target - 2)
        }
        if target >= 6, code[target - 6] == 0x0f, code[target - 5] & 0xf0 == 0x80 {
            return (code[target - 5] & 0xf ^ 1, target - 6)
        }
        return nil
    }

    /// Whether the instruction before is an addition or a subtraction of two registers.
    private static func isUnsignedArithmetic(before place: Int, in code: [UInt8]) -> Bool {
        guard place >= 3 else { return false }
        let operations: [UInt8] = [0x01, 0x03, 0x11, 0x13, 0x19, 0x1b, 0x29, 0x2b]
        return code[place - 3] & 0xf0 == 0x40 && operations.contains(code[place - 2])
    }

    /// Whether a function divides by a register.
    private static func divides(_ code: [UInt8]) -> Bool {
        zip(code, code.dropFirst()).contains { ($0 == 0xf7 || $0 == 0xf6) && $1 >= 0xf0 }
    }
}
