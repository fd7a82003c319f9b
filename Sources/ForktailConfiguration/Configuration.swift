/// The effective settings of a server: what every source together said, checked and typed.
///
/// `Configuration()` holds the defaults. Each property documents its meaning where the setting is
/// declared (`SettingCatalogue`) and, for users, in `config/forktail.toml`.
public struct Configuration: Sendable, Equatable {
    /// The addresses to listen on, at least one, in the order given.
    public package(set) var bind = [Binding(.tcp(host: "127.0.0.1", port: 8000))]
    /// The length of each listener's accept queue.
    public package(set) var backlog = 2048
    /// The permission bits of the files of Unix-domain sockets.
    public package(set) var socketMode: UInt32 = 0o660
    /// The user that these files belong to; `nil` for the one of the workers.
    public package(set) var socketUser: String?
    /// The group that these files belong to; `nil` for the one of the workers.
    public package(set) var socketGroup: String?
    /// The certificates of the addresses with `https://`; the first one is for unknown names.
    public package(set) var certificates: [CertificateFiles] = []
    /// The lowest version of TLS.
    public package(set) var tlsMinVersion = TLSVersion.tls12
    /// The suites of TLS 1.2, in OpenSSL's notation; `nil` for the built-in ones.
    public package(set) var tlsCiphers: String?
    /// The suites of TLS 1.3; `nil` for the built-in ones.
    public package(set) var tlsCiphersuites: String?
    /// The groups for key exchange; `nil` for the built-in ones.
    public package(set) var tlsGroups: String?
    /// Whether clients have to show a certificate.
    public package(set) var clientCertificates = ClientCertificatePolicy.off
    /// The file with the authorities of client certificates.
    public package(set) var clientCAFile: String?
    /// How long browsers remember to come by HTTPS only; `nil` where they are not told.
    public package(set) var hsts: Duration?
    /// Whether clients that speak HTTP to an address with `https://` are redirected.
    public package(set) var httpsRedirect = false
    /// The port that requests without TLS are redirected to; `nil` where they are served.
    public package(set) var redirectToHTTPS: UInt16?
    /// The directory with the answers to challenges of ACME, RFC 8555.
    public package(set) var acmeChallengeRoot: String?
    /// Whether a certificate for localhost is made, for development.
    public package(set) var selfSigned = false
    /// How long session tickets are encrypted with one key.
    public package(set) var sessionTicketRotation = Duration.seconds(12 * 3600)
    /// How many handshakes a worker has under way at most.
    public package(set) var limitHandshakes = 256
    /// How many workers serve.
    public package(set) var workers = WorkerCount.auto
    /// How long two workers must be idle before one of them is retired, where the number follows the
    /// load.
    public package(set) var idleTime = Duration.seconds(10)
    /// How many requests a worker answers before it is replaced; 0 for any number.
    public package(set) var maxRequests = 0
    /// How many requests chance adds to that at most.
    public package(set) var maxRequestsJitter = 0
    /// How long a worker lives before it is replaced; `nil` for ever.
    public package(set) var maxLifetime: Duration?
    /// How many bytes a worker may occupy before it is replaced; `nil` for any number.
    public package(set) var maxMemory: Int?
    /// How many bytes all workers may occupy together, where their number follows the load; `nil` for
    /// any number.
    public package(set) var maxMemoryTotal: Int?
    /// How a worker serves its connections.
    public package(set) var workerClass = WorkerClass.sync
    /// How a worker of the class `exec` runs its program.
    public package(set) var exec = ExecOptions()
    /// The application of the class `wsgi`, and the interpreter that runs it.
    public package(set) var wsgi = WSGIOptions()
    /// Whether new code of the application is served once it is there: a new executable by an upgrade,
    /// changed modules of class `wsgi` by a reload.
    public package(set) var reloadsOnChange = false
    /// How many threads answer requests in a worker of the class `event`; 0 for its loop alone.
    public package(set) var threads = 0
    /// How many connections a worker of the class `event` holds at most.
    public package(set) var workerConnections = 1000
    /// How long a worker may give no sign of life before it counts as hung; `nil` for no limit.
    public package(set) var timeout: Duration? = .seconds(30)
    /// The longest time from a worker's fork to its readiness.
    public package(set) var bootTimeout = Duration.seconds(60)
    /// The time that a worker gets to finish its request when it is asked to leave.
    public package(set) var gracefulTimeout = Duration.seconds(30)
    /// How long the workers serve on after a graceful stop was asked for.
    public package(set) var shutdownDelay = Duration.zero
    /// The time from a connection's acceptance to the end of its request head.
    public package(set) var headerTimeout = Duration.seconds(10)
    /// The longest wait for the next bytes of a request body.
    public package(set) var bodyTimeout = Duration.seconds(20)
    /// The longest wait for a client to take the next bytes of its response.
    public package(set) var writeTimeout = Duration.seconds(20)
    /// How long a connection may wait for its next request; `nil` where each serves one request.
    public package(set) var keepalive: Duration? = .seconds(75)
    /// How many requests a connection serves; 0 for any number.
    public package(set) var keepaliveRequests = 1000
    /// The longest request line, in bytes without its line end.
    public package(set) var limitRequestLine = 8190
    /// The highest number of fields in a request head.
    public package(set) var limitRequestFields = 100
    /// The longest field line of a request head, in bytes.
    public package(set) var limitRequestFieldSize = 8190
    /// The largest request body, in bytes; `UInt64.max` where there is no limit.
    public package(set) var limitRequestBody: UInt64 = 64 << 20
    /// How many bytes of a request body are received before the application is asked.
    public package(set) var requestBufferSize = 64 << 10
    /// The slowest that a client may send its request, in bytes per second; `nil` where it may be as
    /// slow as the time limits allow.
    public package(set) var limitRequestRate: Int? = 500
    /// The peers whose Forwarded and X-Forwarded fields are believed.
    public package(set) var forwardedAllowIPs = AddressBlock.local
    /// Where the ids of requests come from.
    public package(set) var requestID = RequestIDs.off
    /// Whether connections begin with a PROXY header, and of which version.
    public package(set) var proxyProtocol = ProxyProtocol.off
    /// The peers that may send a PROXY header.
    public package(set) var proxyAllowIPs = AddressBlock.local
    /// How request fields whose name has an underscore are treated.
    public package(set) var headerMap = HeaderMapping.drop
    /// The name of the built-in application that answers.
    public package(set) var app = "hello"
    /// Whether the application is made once, in the arbiter, before the workers are forked.
    public package(set) var preloadApp = false
    /// The directory to change to before the application is made.
    public package(set) var chdir: String?
    /// The variables to add to the environment of the application.
    public package(set) var env: [String: String] = [:]
    /// The file that holds the arbiter's process id.
    public package(set) var pidfile: String?
    /// The name that the processes show in a process list.
    public package(set) var procName = "forktail"
    /// Where commands are taken.
    public package(set) var controlSocket = ControlSocket.automatic
    /// The address for metrics and checks; `nil` for none.
    public package(set) var statusBind: BindAddress?
    /// The user that the workers run as; `nil` for the one of the arbiter.
    public package(set) var user: String?
    /// The group that the workers run as; `nil` for the one of their user.
    public package(set) var group: String?
    /// The permission bits that files made by the workers do not get; `nil` for those at the start.
    public package(set) var umask: UInt32?
    /// The directory that is the root of the file system for the workers.
    public package(set) var chroot: String?
    /// Whether programs that a worker executes can gain no privileges.
    public package(set) var noNewPrivs = false
    /// How many files a worker may have open; 0 for as many as at the start.
    public package(set) var limitOpenFiles = 0
    /// The largest core file of a worker, in bytes; `nil` for the limit at the start.
    public package(set) var limitCore: Int?
    /// The access log's path, `-` for standard output, `nil` for none.
    public package(set) var accesslog: String?
    /// Whether the list of processes shows the request of each busy worker.
    public package(set) var procRequests = false
    /// How long a request may take until the log has a line of it; `nil` for no such line.
    public package(set) var slowRequest: Duration?
    /// How long all workers may be busy while clients wait until the log warns; `nil` for never.
    public package(set) var saturationWarning: Duration? = .seconds(5)
    /// What a line of the access log has in JSON, in this order.
    public package(set) var accessLogFields: [AccessLogField] = [.standard]
    /// The layout of an access log line, valid for `AccessLogFormat`.
    public package(set) var accessLogFormat = AccessLogFormat.combined
    /// The error log's path, `-` for standard error.
    public package(set) var errorlog = "-"
    /// The least severe level that is logged.
    public package(set) var loglevel = LogLevel.info
    /// The layout of an error log line.
    public package(set) var logFormat = LogFormat.text
    /// The directory that the built-in application `files` serves.
    public package(set) var filesRoot = "."
    /// How the built-in application `files` serves them.
    public package(set) var files = FileOptions()

    /// Whether a client on this machine is shown what a handler has thrown.
    public package(set) var debug = false
    /// The values of the application's own settings, as far as they are set.
    package internal(set) var own: [String: ApplicationValue] = [:]

    /// Creates the configuration that holds where nothing is set.
    public init() {}
}

extension Configuration {
    /// How often a worker beats, and how long any of its calls waits at a time.
    ///
    /// A second, or a quarter of `timeout` if that is less: one late beat does not count as hung.
    package var heartbeatInterval: Duration {
        guard let timeout else { return .seconds(1) }
        return min(.seconds(1), timeout / 4)
    }
}
