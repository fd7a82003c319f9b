// The certificates of one generation of settings: reads and checks them, and makes the context that
// its workers serve with.
//
// Invariant: whatever is refused or looks wrong is named with its file. Nothing of a key is in a
// message.

import ForktailConfiguration
import ForktailSystem
import ForktailTLS

/// What the addresses with `https://` are served with.
struct CertificateStore {
    /// A certificate as log lines name it.
    struct Entry {
        let file: String
        /// Until when it holds, in seconds since 1970.
        let end: Int64

        /// The days that are left at a time, the last one included.
        func daysLeft(at now: Int64) -> Int { Int((end - now + 86_399) / 86_400) }
    }

    let context: TLSContext
    /// What a worker makes its context of that becomes another program; nil where none does.
    let source: TLSSource?
    let entries: [Entry]
    /// What will not be as it was meant.
    let warnings: [String]
    /// The certificates that don't hold now, which a reload and a check refuse.
    let invalid: [String]

    /// Reads the files that the settings name.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - mayMake: Whether the certificate of `self_signed` is made where there is none.
    ///   - isHandedOver: Whether a worker becomes another program.
    /// - Throws: The first fault, with its file.
    init(
        _ configuration: Configuration,
        mayMake: Bool = true,
        isHandedOver: Bool = false
    ) throws(StartFailure) {
        do throws(TLSFailure) {
            try TLSLibrary.load()
        } catch {
            throw .unavailable("https:// in bind: \(error.reason)")
        }
        let now = WallClock.now().seconds
        var named = configuration.certificates
        if configuration.selfSigned, named.isEmpty {
            named = [
                mayMake
                    ? try SelfSignedCertificate.prepare(at: now)
                    : try SelfSignedCertificate.files()
            ]
        }
        guard !named.isEmpty else {
            throw .configuration(
                "a socket that systemd names https has no certificate: add a table [[certificate]]"
            )
        }
        var loaded: [(files: CertificateFiles, certificate: TLSCertificate)] = []
        // Another program has OpenSSL of its own.
        var warnings = isHandedOver ? [] : [TLSLibrary.warning].compactMap(\.self)
        source = try Self.handingOver { () throws(Errno) in isHandedOver ? try TLSSource() : nil }
        for files in named {
            loaded.append((files, try Self.read(files, source, &warnings)))
        }
        entries = loaded.map { Entry(file: $0.files.certfile, end: $0.certificate.end) }
        invalid = loaded.compactMap { Self.invalidity(of: $0.certificate, $0.files, at: now) }
        let certificates = loaded.map(\.certificate)
        for (files, certificate) in loaded {
            warnings += Self.doubts(files, certificate)
            if now < certificate.start,
                let reason = Self.invalidity(of: certificate, files, at: now)
            {
                warnings.append(reason)
            }
        }
        let parameters = try Self.parameters(configuration)
        let unknown = Self.unknownNames(configuration)
        let names = Self.names(of: certificates)
        do throws(TLSFailure) {
            context = try Self.context(parameters, certificates, names)
        } catch {
            throw .configuration(([error.reason] + unknown).joined(separator: "; "))
        }
        let source = source
        try Self.handingOver { () throws(Errno) in try source?.finish(parameters, names) }
        warnings += unknown
        for (index, pair) in loaded.enumerated()
        where Self.isUnused(pair.certificate, behind: certificates[..<index]) {
            warnings.append(
                "certificate \(pair.files.certfile) is never used: certificates before it have its "
                    + "names and kind of key"
            )
        }
        self.warnings = warnings
    }

    private static func handingOver<Result>(
        _ body: () throws(Errno) -> Result
    ) throws(StartFailure) -> Result {
        do throws(Errno) {
            return try body()
        } catch {
            throw .system("certificates: no memory to hand them over: \(error)", error)
        }
    }

    /// When the first of the certificates ends, in seconds since 1970.
    var firstEnd: Int64? { entries.map(\.end).min() }

    /// How long before its end a certificate is warned of.
    static let notice = Duration.seconds(14 * 86_400)

    /// Messages about certificates that end within `time` from `now`.
    func expiring(within time: Duration, of now: Int64) -> [(entry: Entry, message: String)] {
        entries.compactMap { entry in
            let left = entry.end - now
            guard left < time.components.seconds else { return nil }
            let days = entry.daysLeft(at: now)
            let end = WallClock(secondsSince1970: entry.end).minute
            let message =
                left <= 0
                ? "certificate \(entry.file) has expired on \(end) UTC"
                : "certificate \(entry.file) expires in \(days.counted(as: "day")), on \(end) UTC"
            return (entry, message)
        }
    }

    // MARK: Reading

    private static func read(
        _ files: CertificateFiles,
        _ source: TLSSource?,
        _ warnings: inout [String]
    ) throws(StartFailure) -> TLSCertificate {
        // One file may have both.
        var (chain, _) = try contents(of: files.certfile, "certfile")
        defer { for index in chain.indices { chain[index] = 0 } }
        var (key, status) = try contents(of: files.keyfile, "keyfile")
        defer { for index in key.indices { key[index] = 0 } }
        if status.mode & 0o004 != 0 {
            warnings.append(
                "keyfile \(files.keyfile) can be read by every user of the machine: chmod o-r"
            )
        }
        try handingOver { () throws(Errno) in try source?.add(chain: chain, key: key) }
        do throws(TLSFailure) {
            return try TLSCertificate(chain: chain, key: key)
        } catch {
            switch error {
            case .noCertificate:
                throw .configuration("certfile \(files.certfile) holds no certificate in PEM")
            case .noKey(let reason):
                throw .configuration(
                    "keyfile \(files.keyfile) holds no private key in PEM (\(reason))"
                )
            case .encryptedKey:
                throw .configuration(
                    "keyfile \(files.keyfile) is encrypted, and a server can't ask for the "
                        + "passphrase: decrypt it with `openssl pkey`"
                )
            case .otherKey:
                throw .configuration(
                    "keyfile \(files.keyfile) is not the key of certfile \(files.certfile)"
                )
            case .missingLibrary, .ciphers, .suites, .groups, .authorities, .certificate,
                .incomplete, .memory:
                throw .configuration("certfile \(files.certfile): \(error.reason)")
            }
        }
    }

    private static func contents(
        of path: String,
        _ setting: String
    ) throws(StartFailure) -> (bytes: [UInt8], status: FileStatus) {
        let status: FileStatus
        var bytes: [UInt8] = []
        do throws(Errno) {
            let file = try FileSystem.openForSending(SystemString(path))
            status = try file.status()
            // A FIFO could make the arbiter wait.
            if status.isRegular { bytes = try file.readChunk(upTo: largestFile) }
        } catch {
            throw .unavailable("\(setting) \(path): \(error)", error)
        }
        guard status.isRegular else {
            throw .unavailable("\(setting) \(path) is not a regular file")
        }
        return (bytes, status)
    }

    private static let largestFile = 1 << 20

    // What Mozilla recommends as "intermediate", without suites that need parameters of their own.
    private static let intermediateCiphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
        + "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
        + "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
    private static let intermediateSuites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    private static let intermediateGroups = "X25519:prime256v1:secp384r1"

    private static func parameters(
        _ configuration: Configuration
    ) throws(StartFailure) -> TLSParameters {
        var parameters = TLSParameters()
        switch configuration.tlsMinVersion {
        case .tls12: parameters.lowestVersion = .tls12
        case .tls13: parameters.lowestVersion = .tls13
        }
        parameters.ciphers = configuration.tlsCiphers ?? intermediateCiphers
        parameters.suites = configuration.tlsCiphersuites ?? intermediateSuites
        parameters.groups = configuration.tlsGroups ?? intermediateGroups
        switch configuration.clientCertificates {
        case .off: parameters.clientCertificates = .off
        case .optional: parameters.clientCertificates = .optional
        case .required: parameters.clientCertificates = .required
        }
        if parameters.clientCertificates != .off {
            guard let path = configuration.clientCAFile else {
                throw .configuration("client_certificates needs client_ca_file")
            }
            parameters.authorities = try contents(of: path, "client_ca_file").bytes
        }
        return parameters
    }

    /// Messages about names that OpenSSL does not know.
    private static func unknownNames(_ configuration: Configuration) -> [String] {
        let lists: [(TLSNames, String, String?, String)] = [
            (.ciphers, "tls_ciphers", configuration.tlsCiphers, "openssl ciphers -s -tls1_2"),
            (
                .suites, "tls_ciphersuites", configuration.tlsCiphersuites,
                "openssl ciphers -s -tls1_3"
            ),
            (
                .groups, "tls_groups", configuration.tlsGroups,
                "the manual page SSL_CTX_set1_groups_list(3)"
            ),
        ]
        return lists.flatMap { kind, setting, list, source in
            (list.map(kind.unknown) ?? []).map {
                "\(setting): OpenSSL has no \"\($0)\" to offer; \(source) lists the names"
            }
        }
    }

    // MARK: Checking

    private static func invalidity(
        of certificate: TLSCertificate,
        _ files: CertificateFiles,
        at now: Int64
    ) -> String? {
        if now >= certificate.end {
            let end = WallClock(secondsSince1970: certificate.end).minute
            return "certfile \(files.certfile) has expired on \(end) UTC"
        }
        if now < certificate.start {
            let start = WallClock(secondsSince1970: certificate.start).minute
            return "certfile \(files.certfile) is not valid before \(start) UTC"
        }
        return nil
    }

    private static func doubts(
        _ files: CertificateFiles,
        _ certificate: TLSCertificate
    ) -> [String] {
        var doubts: [String] = []
        let name = "certfile \(files.certfile)"
        if let position = certificate.misplaced {
            doubts.append(
                "\(name): certificate \(position + 1) of the chain "
                    + "(\(certificate.subject(at: position))) did not issue the one before it; some "
                    + "clients will refuse the chain"
            )
        }
        if certificate.names.isEmpty {
            doubts.append("\(name) has no DNS name (subjectAltName): clients will refuse it")
        }
        if !certificate.isForServers {
            doubts.append("\(name) is not meant for servers (extendedKeyUsage)")
        }
        return doubts
    }

    private static func isUnused(
        _ certificate: TLSCertificate,
        behind others: ArraySlice<TLSCertificate>
    ) -> Bool {
        !others.isEmpty
            && certificate.names.allSatisfy { name in
                others.contains { $0.keyKind == certificate.keyKind && $0.names.contains(name) }
            }
    }

    // MARK: Names

    private static func context(
        _ parameters: TLSParameters,
        _ certificates: [TLSCertificate],
        _ names: [(name: String?, certificates: [Int])]
    ) throws(TLSFailure) -> TLSContext {
        let context = try TLSContext(parameters)
        for (name, positions) in names {
            try context.add(positions.map { certificates[$0] }, for: name)
        }
        context.finish()
        return context
    }

    /// All names with the positions of their certificates; nil stands for all others.
    private static func names(
        of certificates: [TLSCertificate]
    ) -> [(name: String?, certificates: [Int])] {
        var names: [(name: String?, certificates: [Int])] = []
        var added: Set<String> = []
        for name in certificates.flatMap(\.names) where added.insert(name).inserted {
            names.append((name, Self.positions(for: name, of: certificates)))
        }
        if let first = certificates.first {
            let others = first.names.first.map { Self.positions(for: $0, of: certificates) }
            names.append((nil, oneOfEachKind([0] + (others ?? []), of: certificates)))
        }
        return names
    }

    /// The certificates for a name: those that have it before those with a wildcard for it, RFC 6125
    /// section 6.4, and one for each kind of key.
    private static func positions(
        for name: String,
        of certificates: [TLSCertificate]
    ) -> [Int] {
        let exact = certificates.indices.filter { certificates[$0].names.contains(name) }
        guard let point = name.firstIndex(of: "."), !name.hasPrefix("*") else {
            return oneOfEachKind(exact, of: certificates)
        }
        let wildcard = "*" + name[point...]
        let others = certificates.indices.filter { certificates[$0].names.contains(wildcard) }
        return oneOfEachKind(exact + others, of: certificates)
    }

    private static func oneOfEachKind(
        _ positions: [Int],
        of certificates: [TLSCertificate]
    ) -> [Int] {
        var kinds: Set<Int> = []
        return positions.filter { kinds.insert(certificates[$0].keyKind).inserted }
    }
}
