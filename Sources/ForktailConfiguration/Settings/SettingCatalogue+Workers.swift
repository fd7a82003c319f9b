extension SettingCatalogue {
    /// How many workers there are, and of which class.
    static var workers: [Setting] {
        [
            Setting(
                "workers",
                \.workers,
                .workers(1...1024),
                in: .workers,
                letter: "w",
                fallback: SettingFallback(
                    variable: "WEB_CONCURRENCY",
                    prefix: "",
                    note: "or $WEB_CONCURRENCY where that variable is set"
                ),
                summary: "the number of worker processes; auto: one per processor, at least two",
                details: """
                    With "auto" those processors count that the affinity mask and the cgroup \
                    quota leave, and two is the least so that one which dies never leaves the \
                    service empty. Raise it where requests spend their time waiting, for a \
                    database for example: a worker of the class sync serves one request at a \
                    time.
                    """
            ),
            Setting(
                "worker_class",
                \.workerClass,
                .choice(placeholder: "CLASS"),
                in: .workers,
                summary: "how a worker serves its connections",
                details: """
                    sync: it waits in accept() and serves one connection at a time with one \
                    request each, which spreads the load most evenly and is what a server behind \
                    a buffering proxy needs.
                    """
            ),
        ]
    }
}
