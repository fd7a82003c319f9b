extension SettingCatalogue {
    /// How the processes can be found.
    static var processes: [Setting] {
        [
            Setting(
                "pidfile",
                \.pidfile,
                .pathOrNone(allowed: "the path of a file, or \"\" for none"),
                in: .process,
                summary: "the file to write the arbiter's process id to",
                details: """
                    It is locked while the server runs: a second server with the same file \
                    refuses to start. What is at the path and is no old pidfile stays: a device, a \
                    link and a file with other contents are refused. Under a service manager \
                    it is not needed.
                    """
            ),
            Setting(
                "proc_name",
                \.procName,
                .processName,
                in: .process,
                summary: "the name of the processes",
                details: """
                    A list of processes shows `forktail: arbiter` and `forktail: worker 3`. \
                    Change it to tell several servers on one machine apart.
                    """
            ),
            Setting(
                "proc_requests",
                \.procRequests,
                .boolean,
                in: .process,
                isForOwnWorkers: true,
                summary: "whether a list of processes shows the request of each busy worker",
                details: """
                    Then ps shows `forktail: worker 3 [busy GET /orders/17]`. It costs some tens \
                    of instructions for each request. With threads it is the oldest request. \
                    Every user of the machine can see it.
                    """
            ),
        ]
    }
}
