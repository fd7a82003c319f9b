import CForktail
package import ForktailSystem

/// What a context is made of, in a file of memory: a worker that becomes another program, perhaps without
/// the right to read the files of the keys, makes its context of it.
///
/// The file never changes once it is finished. No key is in other memory than that of the file, which is
/// left out of core files.
package final class TLSSource: Sendable {
    private let file: FileDescriptor

    /// Makes an empty one.
    ///
    /// - Throws: What the system says.
    package init() throws(Errno) {
        file = try MemoryFile.makeSealable()
    }

    /// The descriptor's number.
    package var number: CInt { file.rawValue }

    /// Adds a certificate.
    ///
    /// - Parameters:
    ///   - chain: The chain in PEM.
    ///   - key: Its key in PEM.
    /// - Throws: What the system says.
    package func add(chain: [UInt8], key: [UInt8]) throws(Errno) {
        try add(.chain, chain)
        try add(.key, key)
    }

    /// Adds the rest, after which nothing can be added.
    ///
    /// - Parameters:
    ///   - parameters: What the handshake is made of.
    ///   - names: Each name with the positions of its certificates, in the order in which they were
    ///     added; nil for clients that name no known server.
    /// - Throws: What the system says.
    package func finish(
        _ parameters: TLSParameters,
        _ names: [(name: String?, certificates: [Int])]
    ) throws(Errno) {
        try add(
            .rules,
            [parameters.lowestVersion.rawValue, parameters.clientCertificates.rawValue]
        )
        try add(.ciphers, Array(parameters.ciphers.utf8))
        try add(.suites, Array(parameters.suites.utf8))
        try add(.groups, Array(parameters.groups.utf8))
        try add(.authorities, parameters.authorities)
        for (name, certificates) in names {
            let positions = certificates.map { UInt8(truncatingIfNeeded: $0) }
            let highBytes = certificates.map { UInt8(truncatingIfNeeded: $0 >> 8) }
            try add(.positions, positions + highBytes)
            try add(name == nil ? .otherNames : .name, Array((name ?? "").utf8))
        }
        try MemoryFile.seal(file.rawValue)
    }

    /// The parts of the file; each begins with its kind and its length in four bytes.
    fileprivate enum Part: UInt8 {
        case chain, key, rules, ciphers, suites, groups, authorities, positions, name, otherNames
    }

    private func add(_ part: Part, _ bytes: [UInt8]) throws(Errno) {
        let length = UInt32(clamping: bytes.count)
        let head = [part.rawValue] + (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
        for piece in [head, bytes] {
            try piece.span.bytes.withUnsafeBytes { (bytes) throws(Errno) in
                try file.writeAll(bytes)
            }
        }
    }
}

extension TLSContext {
    /// Makes the context of what the arbiter has finished.
    ///
    /// - Parameter source: The descriptor of its file.
    /// - Returns: The context.
    /// - Throws: What OpenSSL refuses, or `.memory`.
    package static func make(of source: CInt) throws(TLSFailure) -> TLSContext {
        var size = 0
        guard let start = forktail_map_secret(source, &size) else { throw .memory }
        defer { forktail_unmap(start, size) }
        var parts = TLSSourceParts(UnsafeRawBufferPointer(start: start, count: size))
        var parameters = TLSParameters()
        var certificates: [TLSCertificate] = []
        var chain = UnsafeRawBufferPointer(start: nil, count: 0)
        var positions: [Int] = []
        var context: TLSContext?
        while let (part, bytes) = parts.next() {
            switch part {
            case .chain: chain = bytes
            case .key: certificates.append(try TLSCertificate(chain: chain, key: bytes))
            case .rules:
                guard bytes.count == 2, let version = TLSParameters.Version(rawValue: bytes[0]),
                    let clients = TLSParameters.ClientCertificates(rawValue: bytes[1])
                else { throw .incomplete }
                parameters.lowestVersion = version
                parameters.clientCertificates = clients
            case .ciphers: parameters.ciphers = String(decoding: bytes, as: UTF8.self)
            case .suites: parameters.suites = String(decoding: bytes, as: UTF8.self)
            case .groups: parameters.groups = String(decoding: bytes, as: UTF8.self)
            case .authorities:
                parameters.authorities = Array(bytes)
                context = try TLSContext(parameters)
            case .positions:
                let count = bytes.count / 2
                positions = (0..<count).map { Int(bytes[$0]) | Int(bytes[$0 + count]) << 8 }
            case .name, .otherNames:
                let name = part == .name ? String(decoding: bytes, as: UTF8.self) : nil
                guard let context, positions.allSatisfy({ $0 < certificates.count }) else {
                    throw .incomplete
                }
                try context.add(positions.map { certificates[$0] }, for: name)
            }
        }
        guard let context else { throw .incomplete }
        context.finish()
        return context
    }
}

/// Reads the parts in their order.
private struct TLSSourceParts {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

    mutating func next() -> (TLSSource.Part, UnsafeRawBufferPointer)? {
        guard rest.count >= 5, let part = rest.first.flatMap(TLSSource.Part.init) else {
            return nil
        }
        let length = rest.dropFirst().prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        let bytes = rest.dropFirst(5).prefix(length)
        guard bytes.count == length else { return nil }
        rest = rest.dropFirst(5 + length)
        return (part, UnsafeRawBufferPointer(rebasing: bytes))
    }
}
