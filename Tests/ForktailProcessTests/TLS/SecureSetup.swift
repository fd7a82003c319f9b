import Glibc

/// A server with HTTPS, and certificates in its directory.
struct SecureSetup {
    let directory: TemporaryDirectory
    var setup: ServerSetup

    /// The classes that forktail's own workers have, as settings.
    static let classes = [
        "worker_class = \"sync\"", "worker_class = \"event\"",
        "worker_class = \"event\"\nthreads = 4",
    ]

    /// Makes a setup with a certificate `a` for localhost.
    init(
        _ settings: String = SecureSetup.classes[1],
        certificates: [String] = ["a"],
        workers: Int = 1
    ) throws {
        directory = try TemporaryDirectory()
        setup = ServerSetup(workers: workers, settings: settings, bind: ["https://127.0.0.1:0"])
        for name in certificates where name == "a" { try make("a") }
        setup.settings += "\n" + Self.tables(certificates)
    }

    /// The tables for certificates by their names.
    static func tables(_ names: [String]) -> String {
        names.map {
            """
            [[certificate]]
            certfile = "\($0).pem"
            keyfile = "\($0).key"

            """
        }.joined()
    }

    /// Makes a certificate that is its own issuer.
    func make(
        _ name: String,
        _ names: String = "DNS:localhost,IP:127.0.0.1",
        rsa: Bool = false,
        options: [String] = ["-days", "30"]
    ) throws {
        let elliptic = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        try TestCertificate.make(
            certfile: "\(name).pem",
            keyfile: directory.path(of: "\(name).key"),
            names: names,
            key: rsa ? ["rsa:2048"] : elliptic,
            options: options + ["-subj", "/CN=\(name)"],
            in: directory
        )
    }

    /// Makes a certificate whose time is over, which takes a small authority.
    func makeExpired(_ name: String) throws {
        try make(name)
        let settings = """
            [ca]
            default_ca = x
            [x]
            database = index
            serial = serial
            new_certs_dir = .
            default_md = sha256
            policy = p
            x509_extensions = e
            [p]
            commonName = supplied
            [e]
            subjectAltName = DNS:localhost
            """
        try directory.write(settings, to: "ca.conf")
        let command = """
            : > index; echo 01 > serial
            openssl req -new -key \(name).key -subj /CN=\(name) -out \(name).csr
            openssl ca -config ca.conf -selfsign -keyfile \(name).key -in \(name).csr -batch \
                -notext -startdate 20200101000000Z -enddate 20200201000000Z -out \(name).pem
            """
        let run = try OneShot(
            ["/bin/sh", "-ec", command],
            searchPath: Tool.searchPath,
            in: directory
        )
        guard run.ending == .exited(0) else { throw TestFailure(run.errors) }
    }

    func run(_ body: (Server) throws -> Void) throws {
        try Server.run(setup, in: directory, body)
    }

    /// What `--check-config` says.
    func check(_ settings: String, environment: [String: String] = [:]) throws -> OneShot {
        try directory.write(
            "bind = \"https://127.0.0.1:0\"\n" + settings,
            to: "check.toml"
        )
        return try OneShot(
            ["-c", "check.toml", "--check-config"],
            executable: .testApp,
            environment: environment,
            in: directory
        )
    }
}

extension Server {
    /// Runs `openssl s_client` against the first address; its input ends after a while, and with it
    /// the run, unless the arguments say otherwise.
    func openssl(
        _ arguments: String...,
        input: String = "",
        openFor seconds: Double = 0.3
    ) throws -> String {
        guard let port = addresses.first(where: { $0.scheme == "https" })?.port else {
            throw TestFailure("no port")
        }
        try directory.write(input, to: "input")
        let words = ["s_client", "-connect", "127.0.0.1:\(port)"] + arguments
        let command =
            "(cat input; sleep \(seconds)) | timeout 10 openssl \(words.joined(separator: " ")) 2>&1"
        return try OneShot(
            ["/bin/sh", "-c", command],
            searchPath: Tool.searchPath,
            in: directory
        ).output
    }

    /// Runs curl, which takes any certificate unless it is told what to trust.
    func curl(_ arguments: String..., path: String = "/pid") throws -> OneShot {
        try curl(arguments + [url(path)])
    }

    /// The same with all arguments.
    func curl(_ arguments: [String]) throws -> OneShot {
        let trust = arguments.contains("--cacert") ? [] : ["--insecure"]
        return try OneShot(
            ["/usr/bin/env", "curl", "-sS", "--max-time", "10"] + trust + arguments,
            searchPath: Tool.searchPath,
            in: directory
        )
    }
}
