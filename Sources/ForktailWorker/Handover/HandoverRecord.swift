// What a worker gets over exec(3): the numbers of open descriptors, and what is known of them.
//
// The program that takes it is another file than the one that writes it, so each may be of another
// version. The record begins with what both must agree on, and no other part of it is believed before.

import ForktailSystem
import ForktailValues

/// Names and values of bytes, in a file of memory.
struct HandoverRecord {
    private var values: [(name: String, value: SystemString)] = []
    /// The numbers here of descriptors that came as messages, by those that the record has; where it is
    /// empty they are the same.
    private var numbers: [CInt: CInt] = [:]

    /// What both sides must agree on: the version, and the sizes of what is in shared memory.
    static var format: String {
        "forktail \(Version.number), \(ScoreboardEntry.size) and \(OpenRequestTable.entrySize) bytes"
    }

    /// Makes an empty record of this version.
    init() {
        add("format", Self.format)
    }

    /// Adds a value.
    mutating func add(_ name: String, _ value: some CustomStringConvertible) {
        values.append((name, SystemString("\(value)")))
    }

    /// Adds a value that need not be text.
    mutating func add(_ name: String, bytes: SystemString) {
        values.append((name, bytes))
    }

    /// The record as bytes; neither names nor values hold a NUL.
    var bytes: [UInt8] {
        values.flatMap { Array($0.name.utf8) + [UInt8(ascii: "=")] + $0.value.bytes + [0] }
    }

    /// Reads a record.
    ///
    /// - Throws: `BootError` where it is of another version.
    init(_ bytes: [UInt8]) throws {
        for entry in bytes.split(separator: 0) {
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<equals], as: UTF8.self)
            values.append((name, SystemString(bytes: entry[(equals + 1)...])))
        }
        let given = try text("format")
        guard given == Self.format else {
            throw BootError(
                description: "the arbiter is \(given), the library for Python is "
                    + "\(Self.format): install both from one build, and restart or upgrade"
            )
        }
    }

    /// Reads the record of an inherited file of memory.
    ///
    /// - Throws: `BootError` where it is of another version.
    init(inherited number: CInt) throws {
        let file = FileDescriptor(owning: number)
        try self.init(file.readWhole(Int(file.status().size), at: 0))
    }

    /// All values of a name.
    func all(_ name: String) -> [SystemString] {
        values.filter { $0.name == name }.map(\.value)
    }

    /// The value of a name that there is always.
    func value(_ name: String) throws -> SystemString {
        guard let value = all(name).first else {
            throw BootError(description: "the record of the arbiter has no \(name)")
        }
        return value
    }

    func text(_ name: String) throws -> String {
        try value(name).description
    }

    func number(_ name: String) throws -> Int {
        guard let number = Int(try text(name)) else {
            throw BootError(description: "the record of the arbiter has no number for \(name)")
        }
        return number
    }

    /// An open file.
    func descriptor(_ name: String) throws -> CInt { own(CInt(try number(name))) }

    /// The number here of a descriptor that the record names.
    func own(_ number: CInt) -> CInt { numbers[number] ?? number }

    /// The descriptors by which another process can make the worker of the record: the first one has
    /// the record, with the numbers of the others.
    ///
    /// - Parameter descriptors: Those that the record names.
    /// - Returns: A file with the record, which has to be sent before the others.
    /// - Throws: What the system says.
    func file(with descriptors: [CInt]) throws(Errno) -> FileDescriptor {
        let names = descriptors.map(String.init).joined(separator: " ")
        return try MemoryFile.makeSealed(Array(names.utf8) + [0] + bytes)
    }

    /// Reads the record that came with its descriptors.
    ///
    /// - Parameter files: The file with the record and the others, which belong to the record now.
    /// - Throws: `BootError` where it is of another version, or not whole.
    init(_ files: ReceivedFiles) throws {
        let all = files.take()
        guard let first = all.first else {
            throw BootError(description: "the record of the arbiter is not whole")
        }
        let file = FileDescriptor(owning: first)
        let message = try file.readWhole(Int(file.status().size), at: 0)
        let end = message.firstIndex(of: 0) ?? message.endIndex
        let names = String(decoding: message[..<end], as: UTF8.self).split(separator: " ")
            .compactMap { CInt($0) }
        guard end < message.endIndex, names.count == all.count - 1 else {
            throw BootError(description: "the record of the arbiter is not whole")
        }
        try self.init(Array(message[(end + 1)...]))
        numbers = Dictionary(zip(names, all.dropFirst())) { first, _ in first }
    }
}
