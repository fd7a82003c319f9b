import Glibc

/// A control group of its own with a limit of memory: cgroups(7), version 2 or 1.
final class MemoryGroup {
    private let path: String

    /// Makes one; nil where the system does not let us.
    init?(limit: Int) {
        guard let place = Self.place else { return nil }
        path = "\(place.folder)/forktail-test-\(getpid())"
        guard mkdir(path, 0o755) == 0 else { return nil }
        let limits =
            place.isVersion2
            ? ["memory.max": limit, "memory.swap.max": 0]
            : ["memory.limit_in_bytes": limit, "memory.memsw.limit_in_bytes": limit]
        // Where swap is not counted there is no file to limit it by.
        for name in limits.keys.sorted() { Self.write(limits[name] ?? 0, to: "\(path)/\(name)") }
        let main = place.isVersion2 ? "memory.max" : "memory.limit_in_bytes"
        let text = ProcessTable.text(of: "\(path)/\(main)").filter { !$0.isWhitespace }
        guard Int(text) == limit else {
            rmdir(path)
            return nil
        }
    }

    deinit {
        rmdir(path)
    }

    /// A command that starts a server in it.
    var wrapper: [String] {
        ["/bin/sh", "-c", "echo $$ >\"$0/cgroup.procs\" && exec \"$@\"", path]
    }

    /// Whether one can be made here.
    static var isPermitted: Bool { MemoryGroup(limit: 1 << 30) != nil }

    private static var place: (folder: String, isVersion2: Bool)? {
        let root = "/sys/fs/cgroup"
        let controllers = ProcessTable.text(of: "\(root)/cgroup.subtree_control")
        if controllers.contains("memory") { return (root, true) }
        let first = "\(root)/memory"
        return access("\(first)/memory.limit_in_bytes", W_OK) == 0 ? (first, false) : nil
    }

    private static func write(_ number: Int, to path: String) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        let text = "\(number)"
        _ = Glibc.write(file, text, text.utf8.count)
    }
}
