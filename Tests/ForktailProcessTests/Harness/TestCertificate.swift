import Glibc

/// A certificate for 127.0.0.1, beside the executables; certificate and key are in one file.
final class TestCertificate: Sendable {
    static let shared = TestCertificate()

    let path: String

    private init() {
        path = Executable.testApp.path + ".pem"
        do {
            if !isFresh { try make() }
        } catch {
            fatalError("no certificate: \(error)")
        }
    }

    /// Whether it was made within the last week.
    private var isFresh: Bool {
        var status = stat()
        return stat(path, &status) == 0 && time(nil) - status.st_mtim.tv_sec < 7 * 86_400
    }

    /// Makes it in one step, since other suites may do so at the same time.
    private func make() throws {
        let directory = try TemporaryDirectory()
        let (certfile, keyfile) = (directory.path(of: "cert.pem"), directory.path(of: "key.pem"))
        try Self.make(certfile: certfile, keyfile: keyfile, in: directory)
        let temporary = "\(path).\(getpid())"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let text = directory.text(of: "cert.pem") + directory.text(of: "key.pem")
        guard write(file, text, text.utf8.count) == text.utf8.count else {
            throw TestFailure("\(temporary): errno \(errno)")
        }
        close(file)
        rename(temporary, path)
    }

    /// Makes a certificate that is its own issuer.
    ///
    /// - Parameters:
    ///   - certfile: Where it is written to.
    ///   - keyfile: Where its key is written to.
    ///   - names: What it is for, as OpenSSL writes it.
    ///   - key: The kind of key, as `openssl req -newkey` takes it.
    ///   - options: More options of `openssl req`.
    ///   - directory: Where openssl runs.
    /// - Throws: That openssl has failed.
    static func make(
        certfile: String,
        keyfile: String,
        names: String = "DNS:localhost,IP:127.0.0.1",
        key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        options: [String] = ["-days", "30"],
        in directory: TemporaryDirectory
    ) throws {
        let words =
            ["/usr/bin/openssl", "req", "-x509", "-nodes", "-newkey"] + key + [
                "-keyout", keyfile, "-out", certfile, "-subj", "/CN=forktail test",
                "-addext", "subjectAltName=\(names)",
            ] + options
        let run = try OneShot(words, searchPath: Tool.searchPath, in: directory)
        guard run.ending == .exited(0) else { throw TestFailure("openssl: \(run.errors)") }
        chmod(keyfile, 0o600)
    }

    /// The setting that names it.
    var setting: String {
        "certificate = [{ certfile = \"\(path)\", keyfile = \"\(path)\" }]"
    }
}
