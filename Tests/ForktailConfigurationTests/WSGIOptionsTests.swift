import Testing

@testable import ForktailConfiguration

/// The application of the class wsgi: where it is given, what it can be, what contradicts it.
@Suite struct WSGIOptionsTests {
    @Test func readsTheTable() throws {
        let file = """
            worker_class = "wsgi"
            [wsgi]
            application = "shop.wsgi:application"
            python = ".venv/bin/python"
            threads = 4
            root_path = "/shop"
            """
        let configuration = try load(input(file: file)).configuration
        #expect(configuration.wsgi.application == "shop.wsgi:application")
        #expect(configuration.wsgi.python == ".venv/bin/python")
        #expect(configuration.wsgi.rootPath == "/shop")
        #expect(configuration.handlerThreads == 4)
        #expect(configuration.hasEventLoop)
    }

    @Test(arguments: [
        ("shop.wsgi", "shop.wsgi", "application"), ("app:app", "app", "app"),
        ("app:make(\"a:b\")", "app", "make(\"a:b\")"),
    ])
    func splitsTheName(_ text: String, _ module: String, _ callable: String) throws {
        let configuration = try load(input(arguments: ["--wsgi", text])).configuration
        #expect(configuration.wsgi.target?.module == module)
        #expect(configuration.wsgi.target?.callable == callable)
    }

    /// The flag makes the class, unless another flag does.
    @Test(arguments: [["--wsgi", "a:b"], ["--worker-class", "wsgi", "--wsgi=a:b"]])
    func impliesTheClass(_ arguments: [String]) throws {
        let configuration = try load(input(arguments: arguments)).configuration
        #expect(configuration.workerClass == .wsgi)
        #expect(configuration.wsgi.application == "a:b")
    }

    @Test(arguments: [
        (["--worker-class", "wsgi"], "class wsgi has no application: set wsgi.application"),
        (["--wsgi", "shop/wsgi.py"], "is a file: name the module"),
        (["--wsgi", "shop.py:app"], "`shop.py:app` is a file: name the module"),
        (["--wsgi", "a-b:app"], "`a-b` can't be the name of a module"),
        (["--wsgi", "a:"], "can't name a callable"),
        (["--wsgi", "a:b", "--threads", "3"], "threads: has no meaning with worker_class"),
        (["--wsgi", "a:b", "--app", "echo"], "app: has no meaning with worker_class = \"wsgi\""),
        (["--wsgi", "a:b", "--wsgi-root-path", "shop"], "does not begin with a slash"),
        (["--wsgi", "a:b", "--worker-class", "sync"], "wsgi.application: has no meaning"),
        (["--wsgi", "a:b", "--bind", "https://:0"], "https:// has no certificate"),
        (["--wsgi-threads", "3"], "wsgi.threads: has no meaning with worker_class = \"sync\""),
    ])
    func refuses(_ arguments: [String], _ words: String) throws {
        let failure = try #require(throws: ConfigurationFailure.self) {
            try load(input(arguments: arguments))
        }
        #expect("\(failure)".contains(words), "\(failure)")
    }

    /// A worker that becomes an interpreter gets the same settings.
    @Test func survivesTheHandover() throws {
        let file = """
            worker_class = "wsgi"
            bind = ["127.0.0.1:0", "unix:/run/a.sock"]
            workers = { min = 2, max = 5 }
            timeout = 0
            env = { A = "x\\ny = \\"z\\"" }
            limit_request_body = "5MiB"
            access_log_fields = ["standard"]
            log_format = "json"
            wsgi = { application = "a:b", threads = 2 }
            """
        let configuration = try load(input(file: file)).configuration
        let text = Array(configuration.handoverText.utf8)
        var expected = configuration
        expected.app = ""
        var given = try Configuration(handoverText: text)
        given.app = ""
        #expect(given == expected)
    }
}
