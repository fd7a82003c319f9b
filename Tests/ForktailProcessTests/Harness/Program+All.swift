import ForktailTestSupport
import Foundation

extension Program {
    /// All that the tests know, but the SwiftNIO server, whose packages have to be built first.
    static let all: [Program] = [
        express, rack, unicorn, rails, flask, django, uvicorn, hypercorn, go, rust, java, php,
        script,
        probe("serve"),
    ]

    /// The steps that the C program does; `probe help` lists them.
    static func probe(_ steps: String...) -> Program {
        Program(
            name: "C",
            command: [built("probe")] + steps,
            atStop: .dropsRequests,
            needs: [built("probe"): "apt-get install gcc"]
        )
    }

    static let express = Program(
        name: "Express",
        command: ["node", source("express.js")],
        environment: ["NODE_PATH": "/usr/share/nodejs"],
        needs: [
            "/usr/bin/node": "apt-get install nodejs",
            "/usr/share/nodejs/express": "apt-get install node-express",
        ]
    )

    static let rack = puma("Rack with puma", "config.ru")

    static let rails = {
        var program = puma("Rails with puma", "rails.ru")
        program.needs["/usr/bin/rails"] = "apt-get install rails"
        return program
    }()

    private static func puma(_ name: String, _ file: String) -> Program {
        let options = ["-e", "production", "--quiet", "--bind-to-activated-sockets=only"]
        return Program(
            name: name,
            command: ["puma"] + options + [source(file)],
            needs: ["/usr/bin/puma": "apt-get install puma"]
        )
    }

    static let unicorn = Program(
        name: "Rack with unicorn",
        command: ["unicorn", "-E", "production", "-l", "127.0.0.1:{port}", source("config.ru")],
        settings: ["exec.stop_signal = \"QUIT\""],
        needs: ["/usr/bin/unicorn": "apt-get install unicorn"]
    )

    static let flask = gunicorn("Flask", "flask", ["--threads", "4", "flask_site:app"])
    static let django = gunicorn("Django", "django", ["django_site:application"])

    private static func gunicorn(_ name: String, _ module: String, _ rest: [String]) -> Program {
        Program(
            name: "\(name) with gunicorn",
            command: ["gunicorn", "--pythonpath", folder] + rest,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"],
            // It sends READY=1 before it has loaded the application.
            settings: ["exec.ready = \"listening\""],
            needs: [
                "/usr/bin/gunicorn": "apt-get install gunicorn",
                "/usr/lib/python3/dist-packages/\(module)": "apt-get install python3-\(module)",
            ]
        )
    }

    static let uvicorn = {
        let options = ["--fd", "3", "--no-access-log"]
        var program = ofEnvironment(
            "FastAPI with uvicorn",
            ["uvicorn"] + options + ["fastapi_site:app"]
        )
        program.atStop = .finishesReadRequests
        return program
    }()

    static let hypercorn = {
        let options = ["--bind", "fd://3", "--backlog", "2048"]
        var program = ofEnvironment(
            "FastAPI with hypercorn",
            ["hypercorn"] + options + ["fastapi_site:app"]
        )
        program.atStop = .finishesReadRequests
        return program
    }()

    /// What is installed from PyPI.
    private static func ofEnvironment(_ name: String, _ words: [String]) -> Program {
        let path = built("venv") + "/bin/\(words[0])"
        return Program(
            name: name,
            command: [path] + words.dropFirst(),
            environment: ["PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"],
            needs: [path: reason("venv", "PyPI's packages")]
        )
    }

    static let go = Program(
        name: "Go",
        command: [built("hello-go")],
        needs: [built("hello-go"): reason("hello-go", "apt-get install golang-go")]
    )

    static let rust = Program(
        name: "Rust",
        command: [built("hello-rs")],
        atStop: .dropsRequests,
        needs: [built("hello-rs"): reason("hello-rs", "apt-get install rustc")]
    )

    static let java = Program(
        name: "Java",
        command: ["java", "-cp", folderOfBuilt, "Hello"],
        settings: ["exec.stdin = \"listener\""],
        needs: [
            built("Hello.class"): reason("Hello.class", "apt-get install default-jdk-headless")
        ]
    )

    static let php = Program(
        name: "PHP",
        command: ["php", source("hello.php")],
        needs: ["/usr/bin/php": "apt-get install php-cli"]
    )

    static let script = Program(
        name: "Python script",
        command: ["/usr/bin/python3", source("accept.py")],
        atStop: .dropsRequests,
        needs: ["/usr/bin/python3": "apt-get install python3"]
    )

    /// The SwiftNIO server of `Tests/NIOServer`, which is built when this is first asked for.
    static let nio: Program = {
        build(["nio"], within: .seconds(500))
        let path = "\(folderOfBuilt)/nio"
        return Program(
            name: "SwiftNIO",
            command: [path],
            atStop: .finishesReadRequests,
            needs: [path: reason("nio", "the packages swift-nio and swift-nio-extras")]
        )
    }()
}

extension Program {
    private static let package = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// Where the sources are.
    static let folder = "\(package)/Tests/ForktailProcessTests/Programs"
    private static let folderOfBuilt = "\(package)/.build/programs"

    private static func source(_ name: String) -> String { "\(folder)/\(name)" }

    /// The path of something that is built from the sources.
    private static func built(_ name: String) -> String {
        _ = buildOnce
        return "\(folderOfBuilt)/\(name)"
    }

    private static let buildOnce: Void = build(
        ["probe", "hello-go", "hello-rs", "Hello.class", "venv"],
        within: .seconds(300)
    )

    /// What the script says where it can't be built, else what would help.
    private static func reason(_ name: String, _ cure: String) -> String {
        let text = ProcessTable.text(of: "\(folderOfBuilt)/\(name).missing")
        return text.isEmpty ? cure : text.filter { $0 != "\n" }
    }

    private static func build(_ names: [String], within limit: Duration) {
        var environment = ["PATH": Tool.searchPath]
        environment["HOME"] = ProcessEnvironment.value(of: "HOME")
        do {
            let directory = try TemporaryDirectory()
            let command = ChildProcess.Command(
                words: ["\(folder)/build", folderOfBuilt] + names,
                environment: environment,
                directory: directory.path,
                output: directory.path(of: "output"),
                errors: directory.path(of: "errors")
            )
            let process = try ChildProcess(command)
            defer { process.send(SIGKILL) }
            let ending = try process.waitForEnd(within: limit)
            if ending != .exited(0) { print(directory.text(of: "errors")) }
        } catch {
            print("Programs/build: \(error)")
        }
    }
}
