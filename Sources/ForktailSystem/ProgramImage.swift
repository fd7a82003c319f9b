// The functions of this process's executable, by the symbol table of its file: elf(5).
//
// It is read when a worker has crashed, and not kept. The file is the one that runs, also when another
// one has its name by now. Addresses come from a crashed process and may be garbage: they are compared,
// never followed. Offsets in the file are believed only as far as the file reaches.
import CForktail
import Glibc

/// The executable that this process runs.
package struct ProgramImage: ~Copyable {
    /// A function with an address in it.
    package struct Function: Equatable, Sendable {
        /// The name as the linker has it.
        package let symbol: String
        /// How far the address is behind the start of the function.
        package let offset: UInt64
        /// Where it begins and how long it is, by the file.
        let start: UInt64
        let size: UInt64

        /// The name as the source has it; the linker's name where it is not one of Swift.
        package var demangled: String {
            guard let text = forktail_demangled(symbol) else { return symbol }
            defer { free(text) }
            return String(cString: text)
        }
    }

    private let file: FileDescriptor
    private let bias: UInt64
    private let segments: [Segment]
    private let symbols: Table
    private let names: Table

    /// Loaded code: addresses and their place in the file.
    private struct Segment {
        let address: UInt64
        let size: UInt64
        let offset: UInt64
    }

    /// A part of the file.
    private struct Table {
        let offset: UInt64
        let size: UInt64
    }

    // Of elf(5), for 64 bits: the sizes of a section header, a program header and a symbol.
    private static let sectionSize = 64
    private static let segmentSize = 56
    private static let symbolSize = 24
    private static let symbolTable: UInt32 = 2
    private static let dynamicSymbolTable: UInt32 = 11
    private static let loaded: UInt32 = 1
    private static let function: UInt8 = 2
    /// Larger than the table of any program, so that the arbiter reads no longer than some milliseconds.
    private static let mostBytes = 64 << 20
    private static let longestName = 4096
    private static let longestFunction: UInt64 = 1 << 20

    /// Reads where the tables are; nil where there is no file or no table.
    package init?() {
        guard let file = try? FileSystem.openForReading("/proc/self/exe"),
            let head = Self.read(file, at: 0, count: 64), head.count == 64,
            head.prefix(5).elementsEqual([0x7f, 0x45, 0x4c, 0x46, 2])
        else { return nil }
        let segmentCount = Int(head.number(at: 56, as: UInt16.self))
        let sectionCount = Int(head.number(at: 60, as: UInt16.self))
        guard
            let segments = Self.read(
                file,
                at: head.number(at: 32),
                count: segmentCount * Self.segmentSize
            ),
            let sections = Self.read(
                file,
                at: head.number(at: 40),
                count: sectionCount * Self.sectionSize
            ),
            let table = Self.symbolTable(in: sections, Self.symbolTable)
                ?? Self.symbolTable(in: sections, Self.dynamicSymbolTable)
        else { return nil }
        self.segments = stride(from: 0, to: segments.count, by: Self.segmentSize)
            .filter { segments.number(at: $0, as: UInt32.self) == Self.loaded }
            .map { place in
                Segment(
                    address: segments.number(at: place + 16),
                    size: segments.number(at: place + 32),
                    offset: segments.number(at: place + 8)
                )
            }
        symbols = table.symbols
        names = table.names
        bias = forktail_load_bias()
        self.file = file
    }

    /// The address in the file; nil for one that is not in this executable.
    package func fileAddress(of address: UInt64) -> UInt64? {
        let place = address &- bias
        return segments.contains { place >= $0.address && place - $0.address < $0.size }
            ? place : nil
    }

    /// The function of each address; nil where it has none.
    package func functions(at addresses: [UInt64]) -> [Function?] {
        var found = [(start: UInt64, size: UInt64, name: UInt32)?](
            repeating: nil,
            count: addresses.count
        )
        let wanted = addresses.map { $0 &- bias }
        guard let table = Self.read(file, at: symbols.offset, count: Int(clamping: symbols.size))
        else { return addresses.map { _ in nil } }
        for place in stride(from: 0, to: table.count - Self.symbolSize + 1, by: Self.symbolSize) {
            let start: UInt64 = table.number(at: place + 8)
            let size: UInt64 = table.number(at: place + 16)
            guard size > 0, table[place + 4] & 0xf == Self.function else { continue }
            for index in wanted.indices where wanted[index] &- start < size {
                found[index] = found[index] ?? (start, size, table.number(at: place))
            }
        }
        return zip(found, wanted).map { symbol, address in
            guard let symbol, let name = name(at: symbol.name) else { return nil }
            return Function(
                symbol: name,
                offset: address - symbol.start,
                start: symbol.start,
                size: symbol.size
            )
        }
    }

    /// The instructions of a function; nil where the file doesn't have them.
    package func code(of function: Function) -> [UInt8]? {
        guard function.size <= Self.longestFunction,
            let segment = segments.first(where: { function.start &- $0.address < $0.size })
        else { return nil }
        return Self.read(
            file,
            at: segment.offset &+ (function.start - segment.address),
            count: Int(function.size)
        )
    }

    private func name(at offset: UInt32) -> String? {
        guard UInt64(offset) < names.size else { return nil }
        let room = min(names.size - UInt64(offset), UInt64(Self.longestName))
        guard let bytes = Self.read(file, at: names.offset &+ UInt64(offset), count: Int(room))
        else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// A table of symbols, and that of its names.
    private static func symbolTable(
        in sections: [UInt8],
        _ kind: UInt32
    ) -> (symbols: Table, names: Table)? {
        let places = stride(from: 0, to: sections.count, by: sectionSize)
        guard let place = places.first(where: { sections.number(at: $0 + 4) == kind }) else {
            return nil
        }
        let link = Int(sections.number(at: place + 40, as: UInt32.self)) * sectionSize
        guard link + sectionSize <= sections.count else { return nil }
        return (table(sections, at: place), table(sections, at: link))
    }

    private static func table(_ sections: [UInt8], at place: Int) -> Table {
        Table(offset: sections.number(at: place + 24), size: sections.number(at: place + 32))
    }

    /// Reads a part of the file; shorter where the file ends, nil where it can't be read.
    private static func read(
        _ file: borrowing FileDescriptor,
        at offset: UInt64,
        count: Int
    ) -> [UInt8]? {
        guard count > 0, count <= mostBytes,
            let bytes = try? file.readWhole(count, at: offset), !bytes.isEmpty
        else { return nil }
        return bytes
    }
}

extension [UInt8] {
    /// A number of the machine's byte order; zero behind the end.
    fileprivate func number<Number: FixedWidthInteger>(
        at place: Int,
        as: Number.Type = Number.self
    ) -> Number {
        guard place >= 0, place + MemoryLayout<Number>.size <= count else { return 0 }
        // SAFETY: the bounds were just checked, and every pattern of bits is a number.
        return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Number.self) }
    }
}
