/// How many processors this process may use.
package enum ProcessorQuota {
    /// What the affinity mask and the control group's quota leave, at least one.
    ///
    /// The quota is that of the process's own group in cgroup v2 (`cpu.max`) or v1
    /// (`cpu.cfs_quota_us`), rounded up: cgroups(7).
    package static func availableProcessors() -> Int {
        let affine = Process.processorCount
        guard let quota = quota() else { return affine }
        return max(1, min(affine, Int(quota.rounded(.up))))
    }

    private static func quota() -> Double? {
        guard let lines = text("/proc/self/cgroup")?.split(separator: "\n") else { return nil }
        return lines.lazy.compactMap { quota(ofGroup: $0) }.min()
    }

    /// The quota of one line of /proc/self/cgroup, `hierarchy:controllers:path`.
    private static func quota(ofGroup line: Substring) -> Double? {
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        if parts[0] == "0" {
            return ancestors(of: parts[2]).compactMap { path in
                text("/sys/fs/cgroup\(path)/cpu.max").flatMap(quotaOfVersion2)
            }.min()
        }
        guard parts[1].split(separator: ",").contains("cpu") else { return nil }
        return ancestors(of: parts[2]).compactMap { path in
            let folder = "/sys/fs/cgroup/cpu\(path)"
            guard let quota = text("\(folder)/cpu.cfs_quota_us").flatMap(number),
                let period = text("\(folder)/cpu.cfs_period_us").flatMap(number)
            else { return nil }
            return share(quota, period)
        }.min()
    }

    /// The group and all groups above it: a limit holds for everything below it.
    private static func ancestors(of path: Substring) -> [String] {
        let names = path.split(separator: "/")
        return (0...names.count).map { count in
            names.prefix(count).map { "/" + $0 }.joined()
        }
    }

    /// Reads `50000 100000` or `max 100000`.
    private static func quotaOfVersion2(_ text: String) -> Double? {
        let parts = text.split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]) else {
            return nil
        }
        return share(quota, period)
    }

    private static func number(_ text: String) -> Double? {
        text.split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
    }

    private static func share(_ quota: Double, _ period: Double) -> Double? {
        quota > 0 && period > 0 ? quota / period : nil
    }

    private static func text(_ path: String) -> String? {
        // A missing file means that there is no such limit.
        guard let bytes = try? FileSystem.contents(of: path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
