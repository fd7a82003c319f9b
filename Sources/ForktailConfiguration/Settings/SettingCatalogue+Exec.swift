extension SettingCatalogue {
    /// How workers of the class `exec` run their program.
    static var exec: [Setting] {
        [
            Setting(
                "exec.command",
                \.exec.command,
                .arguments,
                in: .exec,
                summary: "the program that a worker of the class exec runs, and its arguments",
                details: """
                    An array, not a line for a shell. The program is looked up on PATH. {slot} is \
                    replaced by the number of the worker's slot, {port} by the port of the first \
                    listener, {fd} by the number of its descriptor, {pid} by the process id; {{ is \
                    a brace. The same holds for the values of env. On the command line everything \
                    behind -- is the command. The program finds its listeners at the descriptors \
                    from 3 on, as LISTEN_FDS says.
                    """
            ),
            Setting(
                "exec.stop_signal",
                \.exec.stopSignal,
                .choice(placeholder: "SIGNAL"),
                in: .exec,
                summary: "the signal that asks the program to finish its requests and leave",
                details: """
                    It is sent once, to the program's first process. unicorn wants QUIT, waitress \
                    INT. What is left after graceful_timeout is killed with all its descendants.
                    """
            ),
            Setting(
                "exec.quick_signal",
                \.exec.quickSignal,
                .choice(placeholder: "SIGNAL"),
                in: .exec,
                summary: "the signal that asks the program to leave at once",
                details: """
                    It is sent at a quick stop, by INT or QUIT to the arbiter. SIGKILL follows.
                    """
            ),
            Setting(
                "exec.ready",
                \.exec.ready,
                .readiness,
                in: .exec,
                summary: "what says that the program serves",
                details: """
                    Until then it is not ready: a reload keeps the old worker, and boot_timeout \
                    counts. auto: READY=1 at its NOTIFY_SOCKET, or one of its processes is seen in \
                    /proc to wait at a listener (accept, epoll, poll, select), whichever is first. \
                    listening: only the second, for programs that send READY=1 too early, as \
                    gunicorn does. notify: only READY=1. fd: a newline written to the descriptor whose number is \
                    in FORKTAIL_READY_FD. A delay: it has run for so long, which proves nothing.
                    """
            ),
            Setting(
                "exec.stdin",
                \.exec.stdin,
                .choice(placeholder: "INPUT"),
                in: .exec,
                summary: "what the program reads from its standard input",
                details: """
                    null: nothing. listener: the first listener, as inetd does it and \
                    System.inheritedChannel() of Java wants it.
                    """
            ),
        ]
    }
}
