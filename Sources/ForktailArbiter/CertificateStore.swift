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
    /// - Throws: The first fault, with its file.
    init(_ configuration: Configuration, mayMake: Bool = true) throws(StartFailure) {
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
        var warnings: [String] = []
        for files in named {
            loaded.append((files, try Self.read(files, &warnings)))
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
        do throws(TLSFailure) {
            context = try Self.context(parameters, certificates)
        } catch {
            throw .configuration(([error.reason] + unknown).joined(separator: "; "))
        }
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
        _ warnings: inout [String]
    ) throws(StartFailure) -> TLSCertificate {
        let (chain, _) = try contents(of: files.certfile, "certfile")
        var (key, status) = try contents(of: files.keyfile, "keyfile")
        defer { for index in key.indices { key[index] = 0 } }
        if status.mode & 0o004 != 0 {
            warnings.append(
                "keyfile \(files.keyfile) can be read by every user of the machine: chmod o-r"
            )
        }
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
            case .missingLibrary, .ciphers, .suites, .groups, .authorities, .certificate, .memory:
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
        _ certificates: [TLSCertificate]
    ) throws(TLSFailure) -> TLSContext {
        let context = try TLSContext(parameters)
        var added: Set<String> = []
        for name in certificates.flatMap(\.names) where added.insert(name).inserted {
            try context.add(Self.certificates(for: name, of: certificates), for: name)
        }
        if let first = certificates.first {
            let others = first.names.first.map { Self.certificates(for: $0, of: certificates) }
            try context.add(oneOfEachKind([first] + (others ?? [])), for: nil)
        }
        context.finish()
        return context
    }

    /// The certificates for a name: those that have it before those with a wildcard for it, RFC 6125
    /// section 6.4, and one for each kind of key.
    private static func certificates(
        for name: String,
        of certificates: [TLSCertificate]
    ) -> [TLSCertificate] {
        let exact = certificates.filter { $0.names.contains(name) }
        guard let point = name.firstIndex(of: "."), !name.hasPrefix("*") else {
            return oneOfEachKind(exact)
        }
        let wildcard = "*" + name[point...]
        return oneOfEachKind(exact + certificates.filter { $0.names.contains(wildcard) })
    }

    private static func oneOfEachKind(_ certificates: [TLSCertificate]) -> [TLSCertificate] {
        var kinds: Set<Int> = []
        return certificates.filter { kinds.insert($0.keyKind).inserted }
    }
}

extension TLSFailure {
    /// What is wrong, and the cure.
    fileprivate var reason: String {
        switch self {
        case .missingLibrary(let reason):
            "OpenSSL 3 is needed (\(reason)); install the package libssl3 (Debian 12, Ubuntu), "
                + "libssl3t64 (Debian 13, Ubuntu 24.04) or openssl-libs (Fedora, RHEL 9)"
        case .noCertificate(let reason): "no certificate: \(reason)"
        case .noKey(let reason): "no key: \(reason)"
        case .encryptedKey: "the key is encrypted"
        case .otherKey: "the key is that of another certificate"
        case .ciphers(let reason): "tls_ciphers leaves no suite with authentication: \(reason)"
        case .suites(let reason): "tls_ciphersuites leaves no suite: \(reason)"
        case .groups(let reason): "tls_groups is refused: \(reason)"
        case .authorities(let reason): "client_ca_file holds no certificate in PEM: \(reason)"
        case .certificate(let reason): "OpenSSL refuses a certificate: \(reason)"
        case .memory: "no memory for the keys of session tickets"
        }
    }
}
