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
                    The file that holds the arbiter's process id. It is locked while the server runs: \
                    a second one with the same file refuses to start. A service manager needs none.
                    """
            ),
            Setting(
                "proc_name",
                \.procName,
                .processName,
                in: .process,
                summary: "the name of the processes",
                details: """
                    The name that the processes show in a list of processes: `forktail: arbiter`, \
                    `forktail: worker 3`. Change it to tell several servers on one machine apart.
                    """
            ),
        ]
    }
}
