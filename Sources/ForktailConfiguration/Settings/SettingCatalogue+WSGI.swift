extension SettingCatalogue {
    /// The application of the class `wsgi`.
    static var wsgi: [Setting] {
        [
            Setting(
                "wsgi.application",
                \.wsgi.application,
                .wsgiApplication,
                in: .wsgi,
                summary: "the application of a worker of the class wsgi",
                details: """
                    The module, a colon, and the callable in it: "shop.wsgi:application", \
                    "app:app", "app:create_app()". Without the colon the callable is \
                    application. The module is looked up from the directory that the worker runs \
                    in (chdir), then as Python always does it. --wsgi MODULE:CALLABLE is the same \
                    with worker_class = "wsgi".
                    """
            ),
            Setting(
                "wsgi.python",
                \.wsgi.python,
                .text(
                    placeholder: "PROGRAM",
                    allowed: "the path of an interpreter, or a name on PATH"
                ),
                in: .wsgi,
                summary: "the Python interpreter of the class wsgi",
                details: """
                    CPython 3.9 or later. The interpreter of a virtual environment brings the \
                    packages of that environment: ".venv/bin/python". A relative path begins in \
                    chdir.
                    """
            ),
            Setting(
                "wsgi.threads",
                \.wsgi.threads,
                .integer(0...1024),
                in: .wsgi,
                summary: "the threads of a worker of the class wsgi that call the application",
                details: """
                    With 0 a worker accepts a connection only when it is free, and answers one \
                    request at a time: the application need not be safe for threads, and each \
                    connection has one request. With more, the worker keeps connections like the \
                    class event, and that many requests are answered at a time, which helps where \
                    they wait, for a database for example; Python itself runs one of them at a \
                    time.
                    """
            ),
            Setting(
                "wsgi.preload",
                \.wsgi.preload,
                .boolean,
                in: .wsgi,
                summary: "load the application once, and fork the workers from it",
                details: """
                    The workers share the memory of the application, which saves two thirds of it with \
                    Django, and start in milliseconds. What the application opens while it is loaded, \
                    such as a connection to a database, is shared, too: open it in the first \
                    request. Threads are not inherited. A reload loads the application again.
                    """
            ),
            Setting(
                "wsgi.root_path",
                \.wsgi.rootPath,
                .rootPath,
                in: .wsgi,
                summary: "the path below which the application is mounted",
                details: """
                    It becomes SCRIPT_NAME, and is removed from the start of PATH_INFO where the \
                    path begins with it.
                    """
            ),
            Setting(
                "wsgi.static_root",
                \.wsgi.staticRoot,
                .pathOrNone(allowed: "the path of a directory, or \"\" for none"),
                in: .wsgi,
                summary: "the directory of the application's static files",
                details: """
                    Requests below wsgi.static_path are answered with its files, without the \
                    application: what Django collects in STATIC_ROOT, or Flask's directory static. A \
                    relative path begins in chdir.
                    """
            ),
            Setting(
                "wsgi.static_path",
                \.wsgi.staticPath,
                .rootPath,
                in: .wsgi,
                summary: "the path below which the static files are",
                details: "It is the whole path of a request, with wsgi.root_path."
            ),
        ]
    }
}

extension SettingType<String?> {
    /// A module and a callable of Python.
    fileprivate static var wsgiApplication: SettingType {
        textOrNone(
            placeholder: "MODULE:CALLABLE",
            allowed: "a module and a callable, such as \"shop.wsgi:application\"",
            check: checkApplication
        )
    }

    @Sendable
    private static func checkApplication(_ text: String) throws(SettingRefusal) {
        try requireNoNUL(text)
        guard !text.isEmpty else { return }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let names = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        if parts[0].hasSuffix(".py") || parts[0].contains("/") {
            throw SettingRefusal(
                "\(quoted(text)) is a file: name the module, without its directory and .py"
            )
        }
        guard names.allSatisfy(isName) else {
            throw SettingRefusal("\(quoted(String(parts[0]))) can't be the name of a module")
        }
        if parts.count > 1, !(parts[1].first.map { $0.isLetter || $0 == "_" } ?? false) {
            throw SettingRefusal("\(quoted(String(parts[1]))) can't name a callable")
        }
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.first, first.isLetter || first == "_" else { return false }
        return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}

extension SettingType<String> {
    /// The empty text, or a path that begins with a slash and does not end with one.
    fileprivate static var rootPath: SettingType {
        text(placeholder: "PATH", allowed: "a path such as \"/shop\", or \"\"") {
            text throws(SettingRefusal) in
            guard text.isEmpty || text.hasPrefix("/") && !text.hasSuffix("/") else {
                throw SettingRefusal(
                    "\(quoted(text)) does not begin with a slash, or ends with one"
                )
            }
        }
    }
}
