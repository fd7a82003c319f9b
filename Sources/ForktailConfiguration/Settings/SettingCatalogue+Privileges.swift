extension SettingCatalogue {
    /// What workers may do; the arbiter keeps what it was started with.
    static var privileges: [Setting] {
        [
            Setting(
                "user",
                \.user,
                .accountOrNone(placeholder: "USER"),
                in: .privileges,
                summary: "the user that the workers run as",
                details: """
                    For an arbiter that is started as root, to bind a port below 1024 for example. \
                    The workers get the user's supplementary groups too, and can't go back. Under \
                    systemd prefer User= or DynamicUser= in the unit.
                    """
            ),
            Setting(
                "group",
                \.group,
                .accountOrNone(placeholder: "GROUP"),
                in: .privileges,
                summary: "the group that the workers run as",
                details: """
                    Without it they get the group of their user. It has to be set where user is \
                    a number that no user database knows.
                    """
            ),
            Setting(
                "umask",
                \.umask,
                .fileMaskOrNone,
                in: .privileges,
                summary: "the permission bits that files made by the workers do not get",
                details: "See umask(2)."
            ),
            Setting(
                "chroot",
                \.chroot,
                .pathOrNone(allowed: "the path of a directory, or \"\" for none"),
                in: .privileges,
                summary: "the directory that is the root of the file system for the workers",
                details: """
                    It needs root. chdir, files.root and files.mime_types are looked up within \
                    it. Set user as well: root can leave it.
                    """
            ),
            Setting(
                "no_new_privs",
                \.noNewPrivs,
                .boolean,
                in: .privileges,
                summary: "whether programs that a worker executes can gain no privileges",
                details: "Setuid bits and file capabilities have no effect then: prctl(2)."
            ),
            Setting(
                "limit_open_files",
                \.limitOpenFiles,
                .integer(0...1_048_576),
                in: .privileges,
                summary: "how many files a worker may have open; 0: as at the start",
                details: "It has to be more than the connections and files of the application."
            ),
            Setting(
                "limit_core",
                \.limitCore,
                .sizeOrOff(1...1 << 50),
                in: .privileges,
                summary: "the largest core file of a worker that crashes",
                details: "0 leaves it as it was at the start."
            ),
        ]
    }
}
