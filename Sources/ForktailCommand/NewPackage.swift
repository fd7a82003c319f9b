import Forktail
import ForktailValues
import Glibc

/// The files of a new program that is served by forktail: `forktail new NAME [PACKAGE]`.
struct NewPackage {
    static let command = ApplicationCommand(
        "new",
        summary: "write a package with a program of your own: new NAME [PACKAGE]"
    ) { words, _ in
        try NewPackage(words).write()
    }

    private let name: String
    /// The path or the URL of the package forktail.
    private let package: String

    private init(_ words: [String]) throws {
        guard let name = words.first, words.count <= 2 else {
            throw WrongUsage("give a name, and perhaps the path or URL of the package forktail")
        }
        guard Self.isName(name) else {
            throw WrongUsage(
                "\"\(name)\" can't name a package: use small letters, digits and hyphens, a letter first"
            )
        }
        self.name = name
        package = words.count > 1 ? words[1] : Self.url
    }

    private static let url = "https://example.org/forktail.git"

    private static func isName(_ name: String) -> Bool {
        guard let first = name.first, name != "forktail" else { return false }
        return ("a"..."z").contains(first)
            && name.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
    }

    private func write() throws {
        let type = typeName
        let files = [
            ("Package.swift", manifest), ("Sources/\(name)/\(type).swift", application),
            ("Tests/\(name)-tests/\(type)Tests.swift", test), ("Containerfile", containerfile),
            ("\(name).service", unit), (".gitignore", ".build/\n"),
        ]
        try check(name, mkdir(name, 0o777))
        for (path, text) in files {
            let path = "\(name)/\(path)"
            var directory = name
            for part in path.split(separator: "/").dropFirst().dropLast() {
                directory += "/\(part)"
                if mkdir(directory, 0o777) != 0, errno != EEXIST { try check(directory, -1) }
            }
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o666)
            try check(path, file)
            defer { close(file) }
            let bytes = Array(text.utf8)
            try check(path, Int32(clamping: Glibc.write(file, bytes, bytes.count)))
            print("wrote \(path)")
        }
        print("\nNext:\n  cd \(name)\n  swift test\n  swift run \(name) --workers 2")
        if package == Self.url {
            print("\nFirst put the place of the package forktail into \(name)/Package.swift.")
        }
    }

    private func check(_ path: String, _ result: Int32) throws {
        guard result < 0 else { return }
        let advice = errno == EEXIST ? "; choose another name, or remove it" : ""
        throw WriteFailure(description: "\(path): \(String(cString: strerror(errno)))\(advice)")
    }

    /// `link-list` gives `LinkList`.
    private var typeName: String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private var moduleName: String { String(name.map { $0 == "-" ? "_" : $0 }) }

    private var manifest: String {
        let isURL = package.contains("://") || package.hasPrefix("git@")
        let dependency =
            isURL
            ? ".package(url: \"\(package)\", from: \"\(Version.number)\")"
            : ".package(name: \"forktail\", path: \"\(relative)\")"
        return """
            // swift-tools-version: 6.2
            import PackageDescription

            let package = Package(
                name: "\(name)",
                dependencies: [
                    \(dependency)
                ],
                targets: [
                    .executableTarget(
                        name: "\(name)",
                        dependencies: [.product(name: "Forktail", package: "forktail")]
                    ),
                    .testTarget(
                        name: "\(name)-tests",
                        dependencies: [
                            "\(name)", .product(name: "ForktailTest", package: "forktail"),
                        ]
                    ),
                ]
            )

            """
    }

    /// The path of the package as the new one's directory sees it.
    private var relative: String { package.hasPrefix("/") ? package : "../\(package)" }

    private var application: String {
        """
        import Forktail

        @main
        struct \(typeName): Application {
            static let version: String? = "0.1.0"
            static let greeting = ApplicationSetting(
                "\(moduleName).greeting",
                default: "Hello",
                summary: "what the page says first"
            )
            static let settings = ApplicationSettings(greeting)

            init() throws {}

            func respond(to request: Request) throws -> Response {
                switch (request.method, request.path) {
                case (.get, "/"):
                    let name = request.query["name"] ?? "World"
                    let greeting = (WorkerContext.current?.configuration ?? Configuration())[Self.greeting]
                    return Response(text: "\\(greeting), \\(name)!\\n")
                default:
                    throw HTTPError(.notFound)
                }
            }
        }

        """
    }

    private var test: String {
        """
        import Forktail
        import ForktailTest
        import Testing

        @testable import \(moduleName)

        @Suite struct \(typeName)Tests {
            @Test func greets() throws {
                let response = try \(typeName)().respond(to: Request(.get, "/?name=Ann"))
                #expect(try response.text == "Hello, Ann!\\n")
            }

            @Test func knowsNoOtherPage() throws {
                let error = #expect(throws: HTTPError.self) {
                    try \(typeName)().respond(to: Request(.get, "/other"))
                }
                #expect(error?.status == .notFound)
            }

            /// Starts the program with real workers, and asks it by a socket.
            @Test func serves() throws {
                let arguments = ["--workers", "1", "--\(name)-greeting", "Hi"]
                try serve(\(typeName).self, arguments) { client in
                    let response = try client.get("/?name=Ann")
                    #expect(response.status == .ok)
                    #expect(try response.text == "Hi, Ann!\\n")
                    #expect(try client.get("/other").status == .notFound)
                    try client.waitForLog("worker_ready", ["slot": 0])
                }
            }
        }

        """
    }

    private var containerfile: String {
        """
        # podman build -t \(name) .
        FROM docker.io/library/swift:6.2 AS build
        WORKDIR /src
        COPY . .
        RUN swift build -c release --static-swift-stdlib --disable-local-rpath --product \(name)

        FROM docker.io/library/debian:stable-slim
        RUN apt-get update && apt-get install -y --no-install-recommends libstdc++6 && rm -rf /var/lib/apt/lists/*
        COPY --from=build /src/.build/release/\(name) /usr/local/bin/\(name)
        # The control socket is there: podman exec CONTAINER \(name) status
        RUN install -d -o 65534 -g 65534 /run/\(name)
        ENV RUNTIME_DIRECTORY=/run/\(name)
        USER 65534:65534
        EXPOSE 8000
        CMD ["\(name)", "--bind", "0.0.0.0:8000", "--accesslog", "-", "--graceful-timeout", "8s"]

        """
    }

    private var unit: String {
        """
        # Copy the executable to /usr/local/bin, and this file to /etc/systemd/system.
        [Unit]
        Description=\(name)
        After=network-online.target
        Wants=network-online.target

        [Service]
        Type=notify
        NotifyAccess=all
        WatchdogSec=30
        ExecStart=/usr/local/bin/\(name) --bind 127.0.0.1:8000
        # It waits until the new settings are in force, and fails where the old ones stay.
        ExecReload=/usr/local/bin/\(name) reload
        KillMode=mixed
        TimeoutStopSec=45
        Restart=on-failure
        RestartPreventExitStatus=64 78
        DynamicUser=yes
        RuntimeDirectory=\(name)
        NoNewPrivileges=yes
        ProtectSystem=strict
        ProtectHome=yes
        PrivateTmp=yes

        [Install]
        WantedBy=multi-user.target

        """
    }
}

/// Why no package can be written.
private struct WriteFailure: Error, CustomStringConvertible {
    let description: String
}
