// A certificate for localhost, for development: made when it is first needed, and again in time.

import ForktailConfiguration
import ForktailSystem
import ForktailTLS

enum SelfSignedCertificate {
    private static let lifetime = Duration.seconds(90 * 86_400)
    /// How long before its end it is made again.
    private static let renewal = Duration.seconds(15 * 86_400)
    private static let names = "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1"

    /// The files of the certificate, whether they are there or not.
    static func files() throws(StartFailure) -> CertificateFiles {
        let directory = try directory()
        return CertificateFiles(
            certfile: "\(directory)/self-signed.pem",
            keyfile: "\(directory)/self-signed.key"
        )
    }

    /// Where the service keeps its state.
    private static func directory() throws(StartFailure) -> String {
        // systemd makes and names it, systemd.exec(5) StateDirectory=.
        if let list = Environment.value(of: "STATE_DIRECTORY"), !list.isEmpty {
            return list.split(separator: ":").first.map(String.init) ?? list
        }
        if let home = Environment.value(of: "XDG_STATE_HOME"), home.hasPrefix("/") {
            return "\(home)/forktail"
        }
        if let home = Environment.value(of: "HOME"), home.hasPrefix("/") {
            return "\(home)/.local/state/forktail"
        }
        throw .unavailable(
            "self_signed: neither STATE_DIRECTORY nor XDG_STATE_HOME nor HOME names a directory"
        )
    }

    /// Makes the certificate, unless there is one that holds for a while.
    ///
    /// Call it once OpenSSL is loaded.
    static func prepare(at now: Int64) throws(StartFailure) -> CertificateFiles {
        let files = try files()
        guard !isFresh(files, at: now) else { return files }
        let made: (certificate: [UInt8], key: [UInt8])
        do throws(TLSFailure) {
            made = try TLSCertificate.makeSelfSigned(
                name: "localhost",
                alternatives: names,
                lifetime: lifetime
            )
        } catch {
            throw .unavailable("self_signed: \(error)")
        }
        try write(made.key, to: files.keyfile)
        try write(made.certificate, to: files.certfile)
        return files
    }

    private static func isFresh(_ files: CertificateFiles, at now: Int64) -> Bool {
        guard let chain = contents(of: files.certfile), let key = contents(of: files.keyfile),
            let certificate = try? TLSCertificate(chain: chain, key: key)
        else { return false }
        return certificate.end - now > renewal.components.seconds
    }

    private static func contents(of path: String) -> [UInt8]? {
        (try? FileSystem.regularContents(of: SystemString(path))) ?? nil
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(StartFailure) {
        do throws(Errno) {
            try FileSystem.makeParents(of: path)
            try FileSystem.replace(path, with: bytes)
        } catch {
            throw .unavailable("self_signed: \(path): \(error)", error)
        }
    }
}
