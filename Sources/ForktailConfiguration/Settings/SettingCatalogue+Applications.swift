extension SettingCatalogue {
    /// The choice among built-in applications, empty for a program without any.
    static func builtIn(_ applications: [String]) -> [Setting] {
        guard !applications.isEmpty else { return [] }
        return [
            Setting(
                "app",
                \.app,
                .choice(applications, placeholder: "NAME"),
                in: .application,
                isForOwnWorkers: true,
                summary: "the built-in application that answers",
                details: """
                    hello: a page about the worker that answers it, and a plain text at /plain. \
                    echo: the request as JSON. files: the files of a directory.
                    """
            )
        ]
    }

    /// What holds for every application.
    static var application: [Setting] {
        [
            Setting(
                "preload_app",
                \.preloadApp,
                .boolean,
                in: .application,
                isForOwnWorkers: true,
                summary: "make the application once, before the workers are forked",
                details: """
                    The arbiter makes it and all workers inherit it, which saves memory and starts \
                    workers faster; a reload then keeps that application. It must not start \
                    threads there. Otherwise each worker makes its own.
                    """
            ),
            Setting(
                "reload",
                \.reloadsOnChange,
                .boolean,
                in: .application,
                summary: "replace the workers or the server when the application's code changes",
                details: """
                    For development. Where the file of the executable is replaced, the arbiter \
                    upgrades to it, as for SIGUSR2, and stops once the new arbiter serves; that is \
                    another process, which a terminal does not wait for: the shell prompts again, \
                    and Ctrl-C stops nothing. Stop it by SIGTERM to the number that is in the log \
                    and in the pidfile, or by the command stop where there is a control socket. A \
                    file that is still being written is waited for. In class wsgi it is the files of the loaded \
                    modules, and those beside them below the working directory, that are looked \
                    at, and a change reloads the workers, as SIGHUP does. Where the new code \
                    can't serve, the old code stays, and the log says why.
                    """
            ),
            Setting(
                "debug",
                \.debug,
                .boolean,
                in: .application,
                isForOwnWorkers: true,
                summary: "show errors that a handler throws to clients on this machine",
                details: """
                    For development. The 500 then has the error, its type and the request. Only a \
                    client that connects from a loopback address without a proxy's fields sees it; \
                    others get the same answer as without the setting. A proxy on this machine \
                    that adds no such field is taken for a client on it.
                    """
            ),
            Setting(
                "chdir",
                \.chdir,
                .pathOrNone(allowed: "the path of a directory, or \"\" for none"),
                in: .application,
                summary: "the directory to change to at the start",
                details: """
                    It is entered before the application is made. Of the settings, only files.root \
                    and files.mime_types are relative to it; the paths of logs, pidfile and \
                    configuration are relative to the directory that the arbiter was started in.
                    """
            ),
            Setting(
                "env",
                \.env,
                .variables,
                in: .application,
                summary: "variables for the application",
                details: """
                    They are added to the environment of the application. A source that sets any \
                    replaces those of a weaker source altogether. In the environment itself, \
                    several are separated by commas.
                    """
            ),
        ]
    }
}
