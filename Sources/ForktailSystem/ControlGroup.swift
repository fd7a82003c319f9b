/// The control group that this process is in: cgroups(7).
package enum ControlGroup {
    /// How many processes of the group the kernel has killed for lack of memory; nil where no
    /// controller counts them.
    package static func outOfMemoryKills() -> Int? {
        for membership in memberships {
            let text =
                membership.isVersion2
                ? read("memory.events", in: membership.folders.last)
                : read("memory.oom_control", in: membership.folders.last)
            if let count = text.flatMap({ value(of: "oom_kill", in: $0) }) { return count }
        }
        return nil
    }

    /// A line of /proc/self/cgroup, `hierarchy:controllers:path`.
    struct Membership {
        let isVersion2: Bool
        /// The folder of the group and those of all groups above it, from the top: a limit holds for
        /// everything below it.
        let folders: [String]
    }

    /// The memberships that forktail looks at: version 2, and version 1's `cpu` and `memory`.
    static var memberships: [Membership] {
        guard let text = contents(of: "/proc/self/cgroup") else { return [] }
        return text.split(separator: "\n").flatMap(memberships)
    }

    private static func memberships(of line: Substring) -> [Membership] {
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return [] }
        if parts[0] == "0" {
            return [Membership(isVersion2: true, folders: folders(of: parts[2], in: ""))]
        }
        return parts[1].split(separator: ",").filter { ["cpu", "memory"].contains($0) }.map {
            Membership(isVersion2: false, folders: folders(of: parts[2], in: "/\($0)"))
        }
    }

    private static func folders(of path: Substring, in hierarchy: String) -> [String] {
        let names = path.split(separator: "/")
        return (0...names.count).map { count in
            "/sys/fs/cgroup\(hierarchy)" + names.prefix(count).map { "/" + $0 }.joined()
        }
    }

    /// The content of a group's file; nil where there is none, which means that there is no limit.
    static func read(_ name: String, in folder: String?) -> String? {
        folder.flatMap { contents(of: "\($0)/\(name)") }
    }

    private static func contents(of path: String) -> String? {
        guard let bytes = try? FileSystem.contents(of: SystemString(path)) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func value(of key: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == key { return Int(words[1]) }
        }
        return nil
    }
}
